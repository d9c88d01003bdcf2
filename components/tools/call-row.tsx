'use client';

import { ChevronRight } from 'lucide-react';
import type { MouseEvent } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { useClient } from '#lib/client/hooks.ts';
import { useDecided } from '#lib/client/tool-hooks.ts';
import type { Generation } from '#lib/wire/chat.ts';
import type { ToolCall } from '#lib/wire/tool.ts';
import { callWords, overt, readable, tookWords } from './call-words.ts';

const tones = {
  wait: 'text-soft',
  live: 'text-accent',
  calm: 'text-faint',
  warn: 'text-warn',
  bad: 'text-bad',
};

interface AskingProps {
  call: ToolCall;
  generation: Generation;
  /** No other answer shares its question: else a word holds for this call alone. */
  isOnly: boolean;
}

/** One call: a line that opens to what was asked and what came back. While it asks, that is open, with the buttons. */
export function CallRow({ call, generation, isOnly }: AskingProps) {
  const { label, tone } = callWords(call);
  const took = tookWords(call);
  const isAsking = call.state === 'asking';
  return (
    <li>
      <details open={isAsking} data-call={call.state} className="group/call">
        <summary className="flex min-h-8 cursor-pointer list-none items-center gap-2 rounded-lg px-2.5 text-[0.8125rem] hover:bg-hover [&::-webkit-details-marker]:hidden [@media(pointer:coarse)]:min-h-10">
          <ChevronRight
            size={13}
            aria-hidden="true"
            className="shrink-0 text-faint transition-transform group-open/call:rotate-90"
          />
          <span className="min-w-0 truncate font-medium">{overt(call.title)}</span>
          <span className={cx('ml-auto shrink-0 text-xs tabular-nums', tones[tone])}>
            {label}
            {took === null ? null : <span className="text-faint"> · {took}</span>}
          </span>
        </summary>
        <div className="space-y-2 px-2.5 pt-1 pb-2.5 pl-8">
          <Written label="Arguments" text={call.arguments} />
          {call.result === null ? null : <Written label="Result" text={call.result} />}
        </div>
      </details>
      {isAsking ? <Asking call={call} generation={generation} isOnly={isOnly} /> : null}
    </li>
  );
}

function Asking({ call, generation, isOnly }: AskingProps) {
  const client = useClient();
  const isDecided = useDecided([call.id]).length > 0;
  const say = (verdict: 'allow' | 'chat' | 'refuse') => (event: MouseEvent) => {
    // The buttons are about to go; the line of the call stays.
    event.currentTarget.closest('li')?.querySelector('summary')?.focus();
    client.tools.decide(generation, call.id, verdict);
  };
  return (
    <fieldset disabled={isDecided} aria-label={`Allow ${overt(call.title)}?`} className="px-2.5 pb-2.5 pl-8">
      <p className="text-[0.8125rem] text-soft">
        This may change something outside of this chat. Allow it?
        {isOnly ? null : ' Each answer to this message asks for itself.'}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button look="solid" size="small" onClick={say('allow')}>
          Allow
        </Button>
        <Button size="small" onClick={say('refuse')}>
          Don’t allow
        </Button>
        {isOnly ? (
          <Button look="ghost" size="small" onClick={say('chat')}>
            Allow for this chat
          </Button>
        ) : null}
      </div>
    </fieldset>
  );
}

/** What a model or a tool wrote: never more than text. */
function Written({ label, text }: { label: string; text: string }) {
  return (
    <div>
      <p className="text-2xs text-faint">{label}</p>
      <section
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard.
        tabIndex={0}
        aria-label={label}
        className="mt-0.5 max-h-64 overflow-auto rounded-md bg-side px-2.5 py-1.5"
      >
        <pre className="whitespace-pre-wrap break-words font-mono text-xs">{readable(text) || ' '}</pre>
      </section>
    </div>
  );
}
