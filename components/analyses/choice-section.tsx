'use client';

import { Check, Plus, X } from 'lucide-react';
import { useRef } from 'react';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { questionProblem, toggled } from '#lib/client/analysis-draft.ts';
import { newChatId } from '#lib/client/chat-client.ts';
import { analysisKind, analysisLimits } from '#lib/wire/analysis.ts';
import { kindNames } from './analysis-words.ts';
import type { AnalysesView } from './use-analyses.ts';

/** Which analyses. */
export function ChoiceSection({ view: { form, change } }: { view: AnalysesView }) {
  return (
    <fieldset className="grid min-w-0 gap-2.5">
      <legend className="mb-1.5 font-medium text-[0.8125rem]">Analyses</legend>
      <div className="flex flex-wrap gap-2">
        {analysisKind.options.map((kind) => (
          <KindToggle
            key={kind}
            {...kindNames[kind]}
            isChosen={form.kinds.includes(kind)}
            onToggle={() => change({ kinds: toggled(form.kinds, kind) })}
          />
        ))}
      </div>
      <Questions form={form} change={change} />
    </fieldset>
  );
}

function KindToggle({
  name,
  hint,
  isChosen,
  onToggle,
}: {
  name: string;
  hint: string;
  isChosen: boolean;
  onToggle: () => void;
}) {
  return (
    <label
      className={cx(
        'flex min-h-9 cursor-pointer items-center gap-2 rounded-md border px-3 py-1.5 text-sm focus-within:outline-2 focus-within:outline-accent focus-within:outline-offset-1 max-sm:w-full',
        isChosen ? 'border-accent bg-wash text-ink' : 'border-line text-soft hover:bg-hover',
      )}
    >
      <input type="checkbox" aria-label={name} checked={isChosen} onChange={onToggle} className="sr-only" />
      <span
        aria-hidden="true"
        className={cx(
          'inline-flex size-4 shrink-0 items-center justify-center rounded border',
          isChosen ? 'border-accent bg-accent text-on-accent' : 'border-edge',
        )}
      >
        {isChosen ? <Check size={12} strokeWidth={3} /> : null}
      </span>
      <span className="font-medium">{name}</span>
      <span className="text-faint text-xs">{hint}</span>
    </label>
  );
}

function Questions({ form: { questions }, change }: Pick<AnalysesView, 'form' | 'change'>) {
  const list = useRef<HTMLUListElement>(null);
  const add = () => {
    change({ questions: [...questions, { key: newChatId(), text: '' }] });
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('li:last-child input')?.focus());
  };
  const write = (key: string, text: string) =>
    change({ questions: questions.map((one) => (one.key === key ? { ...one, text } : one)) });
  return (
    <div className="grid gap-2">
      <ul ref={list} aria-label="Own questions" className="grid gap-2 empty:hidden">
        {questions.map(({ key, text }, at) => (
          <Question
            key={key}
            label={`Question ${at + 1}`}
            text={text}
            onChange={(next) => write(key, next)}
            onRemove={() => change({ questions: questions.filter((one) => one.key !== key) })}
          />
        ))}
      </ul>
      {questions.length < analysisLimits.questions ? (
        <Button look="ghost" size="small" className="-ml-2.5 justify-self-start" onClick={add}>
          <Plus size={14} aria-hidden="true" />
          {questions.length === 0 ? 'Ask a question of your own' : 'Another question'}
        </Button>
      ) : (
        <p className="text-faint text-xs">Eight questions at most.</p>
      )}
    </div>
  );
}

function Question({
  label,
  text,
  onChange,
  onRemove,
}: {
  label: string;
  text: string;
  onChange: (text: string) => void;
  onRemove: () => void;
}) {
  const problem = questionProblem(text);
  return (
    <li>
      <div className="flex items-center gap-1">
        <input
          aria-label={label}
          aria-invalid={problem !== null}
          value={text}
          placeholder="What does it say about …?"
          autoComplete="off"
          onChange={(event) => onChange(event.target.value)}
          className={cx(
            'h-9 min-w-0 flex-1 rounded-md border bg-canvas px-2.5 text-ink text-sm placeholder:text-faint focus-visible:border-accent [@media(pointer:coarse)]:text-base',
            problem === null ? 'border-edge' : 'border-bad',
          )}
        />
        <IconButton label={`Remove ${label.toLowerCase()}`} icon={<X size={15} />} onClick={onRemove} />
      </div>
      {problem === null ? null : <p className="mt-1 text-bad text-xs">{problem}</p>}
    </li>
  );
}
