import type { ReactNode } from 'react';
import { whole } from '#components/format.ts';
import type { BatchProblem } from '#lib/wire/batch.ts';
import { WentWrong } from '../went-wrong.tsx';
import type { Trouble } from './use-new-batch.ts';

/** Everything that is wrong, each with its place and what to do. */
export function ProblemList({ trouble }: { trouble: Trouble }) {
  const { message, report } = trouble;
  if (report === null) return <WentWrong message={message} />;
  const { problems, count } = report;
  const nothing =
    trouble.of === 'items' ? 'Nothing was kept: mend it and bring it again.' : 'Mend it and look again.';
  return (
    <WentWrong
      message={
        <>
          <p className="font-medium">
            {count === 1 ? 'One thing is wrong.' : `${whole(count)} things are wrong.`} {nothing}
          </p>
          <ul aria-label="What is wrong" className="mt-1.5 grid max-h-72 gap-1 overflow-y-auto text-ink">
            {problems.map((problem, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a report is shown as it came
              <li key={at} className="flex gap-x-3">
                <span className="shrink-0 text-bad tabular-nums empty:hidden">{placeWords(problem)}</span>
                <span className="min-w-0">{withCode(problem.message)}</span>
              </li>
            ))}
          </ul>
          {count > problems.length ? <p className="mt-1.5">These are the first {problems.length}.</p> : null}
        </>
      }
    />
  );
}

/** What stands between backticks is a name in a file. */
function withCode(message: string): ReactNode {
  return message.split('`').map((part, at) =>
    at % 2 === 0 ? (
      part
    ) : (
      // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one sentence have nothing else
      <code key={at} className="font-mono text-[0.9em]">
        {part}
      </code>
    ),
  );
}

/** `Line 3, column 7` of a file, `extract, line 1, column 5` of a template. */
export function placeWords({ line, column, stage }: BatchProblem): string {
  const parts = [
    stage ?? null,
    line === null ? null : `line ${line}`,
    line === null || column === null ? null : `column ${column}`,
  ];
  const words = parts.filter((part) => part !== null).join(', ');
  return stage === undefined ? words.charAt(0).toUpperCase() + words.slice(1) : words;
}
