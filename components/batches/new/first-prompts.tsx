import { CircleAlert } from 'lucide-react';
import type { BatchPreview } from '#lib/wire/batch-preview.ts';

/** What is worth a look and prevents nothing. */
export function Warnings({
  preview: { warnings = [] },
  isPipeline,
}: {
  preview: BatchPreview;
  isPipeline: boolean;
}) {
  if (warnings.length === 0) return null;
  return (
    <div role="status">
      <ul aria-label="Worth a look" className="grid gap-1 rounded-lg border border-warn/40 px-3.5 py-2.5">
        {warnings.map(({ stage, message }) => (
          <li key={`${stage} ${message}`} className="flex items-start gap-2 text-[0.8125rem] text-warn">
            <CircleAlert size={15} aria-hidden="true" className="mt-0.5 shrink-0" />
            <span className="min-w-0 [overflow-wrap:anywhere]">
              {isPipeline && stage !== undefined ? `${stage}: ${message}` : message}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The first items, as the model will read them. */
export function FirstPrompts({ preview }: { preview: BatchPreview }) {
  return (
    <ol aria-label="First prompts" className="grid gap-3">
      {preview.prompts.map(({ index, system, prompt }) => (
        <li key={index} className="overflow-hidden rounded-xl border border-line">
          <p className="border-line border-b bg-side px-3 py-1.5 text-faint text-xs tabular-nums">
            Item {index + 1}
          </p>
          {system === null ? null : (
            <p className="max-h-32 overflow-y-auto whitespace-pre-wrap border-line border-b px-3 py-2 text-[0.8125rem] text-soft [overflow-wrap:anywhere]">
              {system}
            </p>
          )}
          <p className="max-h-56 overflow-y-auto whitespace-pre-wrap px-3 py-2 text-[0.8125rem] [overflow-wrap:anywhere]">
            {prompt}
          </p>
        </li>
      ))}
    </ol>
  );
}
