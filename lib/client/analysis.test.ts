import { describe, expect, it } from 'vitest';
import type { AnalysisEvent, NewAnalyses } from '#lib/wire/analysis.ts';
import { AnalysisBoard } from './analysis-board.ts';
import { asksOf, parseAnalysisForm, toggled, usualForm } from './analysis-draft.ts';
import { createEventReader } from './analysis-http.ts';
import { AnalysisRefused } from './analysis-port.ts';

interface Run {
  wanted: NewAnalyses;
  tell: (event: AnalysisEvent) => void;
  signal: AbortSignal;
  end: (error?: Error) => void;
}

/** A board whose runs and frames the test plays. */
function house() {
  const runs: Run[] = [];
  const frames: (() => void)[] = [];
  const port = {
    run(wanted: NewAnalyses, tell: Run['tell'], signal: AbortSignal) {
      return new Promise<void>((resolve, reject) => {
        const end = (error?: Error) => (error === undefined ? resolve() : reject(error));
        signal.addEventListener('abort', () => end(new DOMException('', 'AbortError')));
        runs.push({ wanted, tell, signal, end });
      });
    },
  };
  const board = new AnalysisBoard({ port, requestFrame: (paint) => void frames.push(paint) });
  const run = (at: number): Run => {
    const found = runs[at];
    if (found === undefined) throw new Error(`there is no run ${at}`);
    return found;
  };
  const start = () =>
    board.start({ text: 'x', model: 'm' }, [
      { kind: 'summary' },
      { kind: 'facts' },
      { kind: 'question', question: 'Why?' },
    ]);
  const names = () => board.view().cards.map(({ state }) => state.name);
  return { board, run, frames, start, names };
}

const done = (analysis: number): AnalysisEvent => ({
  ...{ type: 'done', analysis, finish: 'stop' },
  ...{ ms: 900, waitedMs: 1 },
});
const failed = (analysis: number): AnalysisEvent => ({
  ...{ type: 'failed', analysis, code: 'upstream_reset', message: 'Gone.' },
  ...{ ms: 5, waitedMs: 1 },
});

describe('the board of analyses', () => {
  it('[C60] shows each card as it comes, by its own offsets, and the times at the end', async () => {
    const { board, run, start, names } = house();
    const over = start();
    expect(run(0).wanted).toEqual({
      text: 'x',
      model: 'm',
      kinds: ['summary', 'facts'],
      questions: ['Why?'],
    });
    const { tell, end } = run(0);
    tell({ type: 'queued', analysis: 0 });
    tell({ type: 'started', analysis: 1 });
    tell({ type: 'delta', analysis: 2, at: 0, text: 'Bec' });
    tell({ type: 'delta', analysis: 2, at: 3, text: 'ause' });
    expect(names()).toEqual(['queued', 'working', 'streaming']);
    for (const at of [0, 1, 2]) tell(done(at));
    tell({ type: 'times', count: 3, wholeMs: 1_000, slowestMs: 950 });
    end();
    await over;
    expect(board.view().cards[2]).toMatchObject({ text: 'Because', state: { name: 'done', ms: 900 } });
    expect(board.view().times).toEqual({ count: 3, wholeMs: 1_000, slowestMs: 950 });
  });

  it('[C61] asks for one again alone, and leaves the others and the measured line as they are', async () => {
    const { board, run, start, names } = house();
    const over = start();
    for (const event of [done(0), failed(1), done(2)]) run(0).tell(event);
    run(0).tell({ type: 'times', count: 3, wholeMs: 10, slowestMs: 9 });
    run(0).end();
    await over;
    const again = board.retry(board.view().cards[1]?.key ?? '');
    expect(run(1).wanted).toMatchObject({ kinds: ['facts'], questions: [] });
    expect(names()).toEqual(['done', 'asking', 'done']);
    run(1).tell({ type: 'delta', analysis: 0, at: 0, text: '- 1890' });
    run(1).tell(done(0));
    run(1).tell({ type: 'times', count: 1, wholeMs: 3, slowestMs: 3 });
    run(1).end();
    await again;
    expect(board.view().cards[1]).toMatchObject({ text: '- 1890', state: { name: 'done' } });
    expect(board.view().times?.count).toBe(3);
  });

  it('[C62] stops at once and keeps what has come; nothing late is heard', async () => {
    const { board, run, start, names } = house();
    const over = start();
    run(0).tell({ type: 'delta', analysis: 0, at: 0, text: 'A weir' });
    run(0).tell(done(1));
    board.stop();
    expect(run(0).signal.aborted).toBe(true);
    run(0).tell({ type: 'delta', analysis: 0, at: 6, text: ' late' });
    await over;
    expect(names()).toEqual(['stopped', 'done', 'stopped']);
    expect(board.view().cards[0]?.text).toBe('A weir');
  });

  it('[C62] says why nothing was asked, and fails what was under way when the connection broke', async () => {
    const { board, run, start, names } = house();
    const first = start();
    run(0).end(new AnalysisRefused('too_long', 'Too long.'));
    await first;
    expect(board.view()).toMatchObject({ cards: [], problem: 'Too long.' });
    const second = start();
    run(1).tell({ type: 'queued', analysis: 0 });
    run(1).tell(done(1));
    run(1).end(new AnalysisRefused('unreachable', 'Broken.'));
    await second;
    expect(names()).toEqual(['failed', 'done', 'failed']);
    expect(board.view().problem).toBeNull();
  });

  it('[C60] paints text once a frame and everything else at once', () => {
    const { board, run, frames, start } = house();
    let painted = 0;
    board.subscribe(() => {
      painted += 1;
    });
    void start();
    const before = painted;
    for (let at = 0; at < 5; at += 1) run(0).tell({ type: 'delta', analysis: 0, at, text: 'x' });
    expect([painted, frames.length]).toEqual([before, 1]);
    run(0).tell(done(0));
    expect(painted).toBe(before + 1);
  });
});

describe('what is typed for analyses', () => {
  it('[C63] survives as it was, and what nobody can read is the usual form', () => {
    const form = { kinds: ['facts' as const], questions: [{ key: 'a', text: 'Why?' }], model: 'm' };
    expect(parseAnalysisForm(JSON.stringify(form))).toEqual(form);
    for (const text of ['', 'no json', '{"kinds":["poem"]}'])
      expect(parseAnalysisForm(text)).toEqual(usualForm);
  });

  it('[C63] asks for the kinds in their order and for the questions that are written', () => {
    const kinds = toggled(toggled(['sentiment', 'facts'], 'summary'), 'facts');
    const questions = [
      { key: 'a', text: '  ' },
      { key: 'b', text: ' Why? ' },
    ];
    expect(asksOf({ kinds, questions, model: null })).toEqual([
      { kind: 'summary' },
      { kind: 'sentiment' },
      { kind: 'question', question: 'Why?' },
    ]);
  });
});

it('[C60] events are read however their bytes are cut; beats and unknown ones are left out', () => {
  const read = createEventReader();
  const event = { type: 'delta', analysis: 0, at: 0, text: 'Bär 🐻' };
  const bytes = new TextEncoder().encode(
    `:\n\ndata: {"type":"new"}\n\ndata: ${JSON.stringify(event)}\n\ndata: no json\n\n`,
  );
  const heard = [...bytes].flatMap((byte) => read(Uint8Array.of(byte)));
  expect(heard).toEqual([event]);
});
