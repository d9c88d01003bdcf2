'use client';

import { FileUp, X } from 'lucide-react';
import { useRef, useState } from 'react';
import { catchFocus } from '#components/focus.ts';
import { Button } from '#components/ui/button.tsx';
import { cx } from '#components/ui/cx.ts';
import { IconButton } from '#components/ui/icon-button.tsx';
import { items, sizeWords } from '../batch-words.ts';
import { LinesField } from './field.tsx';
import { ProblemList } from './problem-list.tsx';
import { type NewBatchView, PASTED } from './use-new-batch.ts';

/** What the prompts are about: pasted lines, or a file. */
export function ItemsSection({ view }: { view: NewBatchView }) {
  const { form, lines, progress, trouble, setLines, takeFile } = view;
  const [isOver, setOver] = useState(false);
  const count = lines.split('\n').filter((line) => line.trim() !== '').length;
  return (
    <section
      aria-labelledby="batch-items"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        const [file] = event.dataTransfer.files;
        if (file !== undefined) void takeFile(file);
      }}
      className={cx('grid gap-3 rounded-xl border bg-raised p-4', isOver ? 'border-accent' : 'border-line')}
    >
      <h2 id="batch-items" className="font-semibold text-base tracking-tight">
        Items
      </h2>
      {progress.step === 'uploading' && progress.name !== PASTED ? (
        <Uploading name={progress.name} sent={progress.sent} onStop={view.stopUpload} />
      ) : form.upload !== null ? (
        <TheFile view={view} />
      ) : (
        <>
          <LinesField
            label="One item a line"
            {...(count === 0 ? {} : { hint: items(count) })}
            value={lines}
            onChange={setLines}
            placeholder="Paste lines here"
          />
          <FileButton onFile={(file) => void takeFile(file)} />
        </>
      )}
      {trouble?.of === 'items' ? <ProblemList trouble={trouble} /> : null}
    </section>
  );
}

function FileButton({ onFile }: { onFile: (file: File) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5">
      <input
        ref={input}
        type="file"
        accept=".csv,.tsv,.jsonl,.ndjson,.txt,text/csv,text/plain"
        aria-label="File of items"
        tabIndex={-1}
        className="hidden"
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file, mended, can be chosen again.
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
      <Button onClick={() => input.current?.click()}>
        <FileUp size={15} aria-hidden="true" />
        Choose a file
      </Button>
      <span className="text-faint text-xs">
        or drop it here: CSV, OpenAI Batch JSONL, or lines; up to 200 MB
      </span>
    </div>
  );
}

function Uploading({ name, sent, onStop }: { name: string; sent: number; onStop: () => void }) {
  const percent = Math.floor(sent * 100);
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1">
        <p className="mb-1.5 truncate text-[0.8125rem]">
          {sent < 1 ? `Uploading ${name}, ${percent}%` : `Reading ${name}`}
        </p>
        <div
          role="progressbar"
          aria-label={`Upload of ${name}`}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          className="h-1.5 overflow-hidden rounded-full bg-hover"
        >
          <div className="h-full bg-accent" style={{ width: `${percent}%` }} />
        </div>
      </div>
      <Button size="small" onClick={onStop}>
        Stop
      </Button>
    </div>
  );
}

function TheFile({ view }: { view: NewBatchView }) {
  const { upload } = view.form;
  if (upload === null) return null;
  const first = upload.firstItems[0];
  return (
    <div className="rounded-lg border border-line">
      <div className="flex items-center gap-3 py-1.5 pr-1.5 pl-3">
        <p className="min-w-0 flex-1 truncate">
          <span className="font-medium">{upload.name}</span>{' '}
          <span className="text-faint text-xs tabular-nums">
            {items(upload.total)} · {sizeWords(upload.bytes)}
          </span>
        </p>
        <IconButton
          label="Take the file out"
          icon={<X size={15} />}
          onClick={() => {
            view.change({ upload: null, format: 'lines' });
            catchFocus(() => document.querySelector('section[aria-labelledby="batch-items"] textarea'));
          }}
        />
      </div>
      {first === undefined ? null : (
        <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1 border-line border-t px-3 py-2 text-xs">
          {Object.entries(first).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="max-w-40 truncate text-faint">{name}</dt>
              <dd className="truncate text-soft">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </div>
  );
}
