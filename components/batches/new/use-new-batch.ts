'use client';

import { type RefObject, useEffect, useRef, useState } from 'react';
import { go } from '#components/navigation.ts';
import {
  type BatchFormDraft,
  fieldProblems,
  forgetForm,
  placeholderProblems,
  stagesOf,
} from '#lib/client/batch-draft.ts';
import {
  type ChangeForm,
  keepAnswer,
  useBatchForm,
  useBatchLines,
  useBatchPort,
} from '#lib/client/batch-hooks.ts';
import { BatchHasProblems, type BatchPort, type UploadFile } from '#lib/client/batch-port.ts';
import { type ChatClient, newChatId as newId } from '#lib/client/chat-client.ts';
import { useClient, useModels } from '#lib/client/hooks.ts';
import { type BatchProblems, type BatchStage, type BatchUpload, batchLimits } from '#lib/wire/batch.ts';
import type { BatchPreview } from '#lib/wire/batch-preview.ts';
import { batchAddress } from '../batch-place.ts';
import { sizeWords } from '../batch-words.ts';
import { columnsOf, fitTemplates, formatOf } from './stage-edits.ts';

/** Name of what is pasted, where a file has its own. */
export const PASTED = 'pasted lines';

export type Progress =
  | { step: 'idle' }
  /** `sent`: 0 to 1. */
  | { step: 'uploading'; name: string; sent: number }
  | { step: 'checking' }
  | { step: 'ready'; upload: BatchUpload; preview: BatchPreview; id: string }
  | { step: 'starting' };

export interface Trouble {
  /** Which part of the page has to be mended. */
  of: 'items' | 'prompt' | 'start';
  message: string | null;
  report: BatchProblems | null;
}

/**
 * From what is typed to a batch that runs: items to the server, a preview, a start.
 * @param slot of this tab's draft
 */
export function useNewBatch(slot: string) {
  const [form, change] = useBatchForm(slot);
  const [lines, setLines] = useBatchLines(slot);
  const [progress, setProgress] = useState<Progress>({ step: 'idle' });
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [isChecked, setChecked] = useState(false);
  const edits = useRef(0);
  const { send, stop } = useUpload(setProgress);
  const work: Work = {
    slot,
    client: useClient(),
    port: useBatchPort(),
    stages: stagesOf(form, useModels().defaultModel),
    form,
    lines,
    change,
    edits,
    send,
    setProgress,
    setTrouble,
  };
  const edited = () => {
    edits.current += 1;
    setTrouble(null);
    setProgress((before) => (before.step === 'ready' ? { step: 'idle' } : before));
  };
  const after =
    <T>(act: (value: T) => void | Promise<void>) =>
    (value: T) => {
      edited();
      return act(value);
    };
  return {
    form,
    lines,
    progress,
    trouble,
    problems: isChecked ? fieldProblems(form) : placeholderProblems(form),
    change: after((next: Partial<BatchFormDraft>) => change(() => next)),
    setLines: after(setLines),
    takeFile: after((file: File) => takeFile(work, file)),
    stopUpload: stop,
    preview: () => {
      setChecked(true);
      setTrouble(null);
      return preview(work);
    },
    start: () => start(work, progress),
  };
}

interface Work {
  slot: string;
  client: ChatClient;
  port: BatchPort;
  stages: BatchStage[];
  form: BatchFormDraft;
  lines: string;
  change: ChangeForm;
  /** How often anything was edited. */
  edits: RefObject<number>;
  send: (file: UploadFile) => Promise<BatchUpload>;
  setProgress: (progress: Progress) => void;
  setTrouble: (trouble: Trouble) => void;
}

/** What is sent once is not sent again as it is; it stops when the page is left. */
function useUpload(setProgress: (progress: Progress) => void) {
  const port = useBatchPort();
  const leaving = useRef<AbortController | null>(null);
  const pasted = useRef<{ text: Blob | null; upload: BatchUpload } | null>(null);
  useEffect(() => () => leaving.current?.abort(), []);
  const send = async (file: UploadFile) => {
    const known = pasted.current;
    if (known !== null && known.text !== null && (await isSame(known.text, file.content)))
      return known.upload;
    leaving.current = new AbortController();
    const onSent = (share: number) => setProgress({ step: 'uploading', name: file.name, sent: share });
    onSent(0);
    const upload = await port.upload(file, onSent, leaving.current.signal);
    if (file.name === PASTED) pasted.current = { text: file.content, upload };
    return upload;
  };
  return { send, stop: () => leaving.current?.abort() };
}

async function isSame(one: Blob, other: Blob): Promise<boolean> {
  return one.size === other.size && (await one.text()) === (await other.text());
}

async function takeFile({ change, send, setProgress, setTrouble }: Work, file: File): Promise<void> {
  const format = formatOf(file.name);
  const wrong = fileProblem(file);
  if (wrong !== null) return setTrouble({ of: 'items', message: wrong, report: null });
  try {
    const upload = await send({ format, name: file.name, content: file });
    const columns = columnsOf(format, upload);
    change(({ stages }) => ({ format, upload, stages: fitTemplates(stages, columns) }));
  } catch (error) {
    tell(setTrouble, 'items', error);
  }
  setProgress({ step: 'idle' });
}

async function preview(work: Work): Promise<void> {
  const { form, lines, port, stages, edits, send, setProgress, setTrouble } = work;
  const before = edits.current;
  if (fieldProblems(form).length > 0) return focusFirstWrong();
  let of: Trouble['of'] = 'items';
  try {
    const content = new Blob([lines]);
    const upload = form.upload ?? (await send({ format: 'lines', name: PASTED, content }));
    of = 'prompt';
    setProgress({ step: 'checking' });
    const shown = await port.preview({ fileId: upload.fileId, stages });
    // Nothing is started that has not been looked at as it stands.
    const isNew = edits.current === before;
    setProgress(isNew ? { step: 'ready', upload, preview: shown, id: newId() } : { step: 'idle' });
  } catch (error) {
    setProgress({ step: 'idle' });
    tell(setTrouble, of, error);
  }
}

async function start(work: Work, progress: Progress): Promise<void> {
  if (progress.step !== 'ready') return;
  const { client, slot, port, form, lines, stages, setProgress, setTrouble } = work;
  const { upload, id } = progress;
  setProgress({ step: 'starting' });
  try {
    const name = nameOf(form, lines);
    await keepAnswer(client, id, () => port.start({ id, fileId: upload.fileId, stages, name }));
    forgetForm(client.drafts, slot);
    go(batchAddress(id));
  } catch (error) {
    // With the id it had: if the answer alone was lost, the next press finds the batch that runs.
    setProgress(progress);
    tell(setTrouble, 'start', error);
  }
}

function tell(setTrouble: Work['setTrouble'], of: Trouble['of'], error: unknown): void {
  const trouble = troubleOf(of, error);
  if (trouble !== null) setTrouble(trouble);
}

export type NewBatchView = ReturnType<typeof useNewBatch>;

function troubleOf(of: Trouble['of'], error: unknown): Trouble | null {
  if (!(error instanceof Error)) throw error;
  if (error.name === 'AbortError') return null;
  if (!(error instanceof BatchHasProblems)) return { of, message: error.message, report: null };
  const { report } = error;
  const isOfFile = report.problems.every(({ stage }) => stage === undefined);
  return { of: isOfFile && of !== 'prompt' ? 'items' : 'prompt', message: null, report };
}

function fileProblem({ size, name }: File): string | null {
  if (size === 0) return `“${name}” is empty. Choose another file.`;
  if (size <= batchLimits.fileBytes) return null;
  return `“${name}” has ${sizeWords(size)}; at most 200 MB can be uploaded. Split it and start a batch for each part.`;
}

/** What was typed, else the file's, else the beginning of the first line. */
export function nameOf({ name, upload }: BatchFormDraft, lines: string): string {
  const first = lines.split('\n', 50).find((line) => line.trim() !== '');
  const found = name.trim() || upload?.name.trim() || first?.trim() || 'Batch';
  return found.slice(0, name.trim() === '' && upload === null ? 60 : batchLimits.nameLength).trim();
}

function focusFirstWrong(): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main [aria-invalid="true"]')?.focus());
}
