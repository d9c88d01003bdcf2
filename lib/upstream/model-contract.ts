import { describe, expect, it } from 'vitest';
import { hear } from './heard.ts';
import { type Model, UpstreamFailure } from './model.ts';

/** An implementation of the port with a way to make it say things. */
export interface Stage {
  readonly model: Model;
  /** Prompts that make the model do what their name says. The words are `w0 w1 w2 w3 w4`. */
  readonly prompts: {
    words: string;
    /** Thinks `r0 r1`, then says the words. */
    thoughts: string;
    /** Says the words, then nothing. */
    stall: string;
    /** Says the words, then the connection is lost. */
    lost: string;
    /** Calls `get_weather` twice at once: for Paris and, the pieces interleaved, for Oslo. */
    tools: string;
  };
  /** Calls open at the upstream. */
  open(): number;
}

const words = 'w0 w1 w2 w3 w4';

/** What every implementation of `Model` promises. @param stage the one of the running test */
export function modelContract(name: string, stage: () => Stage): void {
  describe(`${name} as a model`, () => {
    it('[U1] passes on the deltas in order and tells how the answer ended', async () => {
      const { model, prompts } = stage();
      const heard = hear(model, prompts.words);
      expect(await heard.outcome).toMatchObject({ finish: 'stop' });
      expect([heard.text, heard.deltas]).toEqual([words, 5]);
    });

    it('[U4] keeps reasoning out of the text', async () => {
      const { model, prompts } = stage();
      const heard = hear(model, prompts.thoughts);
      await heard.outcome;
      expect([heard.reasoning, heard.text]).toEqual(['r0 r1', words]);
    });

    it('[U50] puts pieces of several calls of tools where they belong, and is complete with them', async () => {
      const { model, prompts } = stage();
      const heard = hear(model, prompts.tools);
      expect(await heard.outcome).toMatchObject({ finish: 'tool_calls' });
      expect(heard.text).toBe('');
      expect(heard.calls).toEqual([
        { id: 'call_weir0', name: 'get_weather', arguments: '{"city":"Paris"}' },
        { id: 'call_weir1', name: 'get_weather', arguments: '{"city":"Oslo"}' },
      ]);
    });

    it('[U3] a lost connection is a failure, and what came before it was passed on', async () => {
      const { model, prompts } = stage();
      const heard = hear(model, prompts.lost);
      const outcome = await heard.outcome;
      expect(outcome).toEqual({ thrown: expect.any(UpstreamFailure) });
      expect(heard.text).toBe(words);
    });

    it('[U15] an abort rejects with its reason, closes the call and silences the sink', async () => {
      const { model, prompts, open } = stage();
      const controller = new AbortController();
      const heard = hear(model, prompts.stall, controller.signal);
      await heard.until('w4');
      const reason = new Error('the person stopped');
      controller.abort(reason);
      expect(await heard.outcome).toEqual({ thrown: reason });
      await expect.poll(open).toBe(0);
      expect(heard.text).toBe(words);
    });

    it('[U15] a signal that has aborted makes no call', async () => {
      const { model, prompts, open } = stage();
      const reason = new Error('stopped before');
      const heard = hear(model, prompts.words, AbortSignal.abort(reason));
      expect(await heard.outcome).toEqual({ thrown: reason });
      expect([heard.deltas, open()]).toEqual([0, 0]);
    });

    it('[U15] an abort after the end changes nothing', async () => {
      const { model, prompts } = stage();
      const controller = new AbortController();
      const heard = hear(model, prompts.words, controller.signal);
      expect(await heard.outcome).toMatchObject({ finish: 'stop' });
      controller.abort();
      expect(heard.text).toBe(words);
    });

    it('[U1] calls at the same time do not mix', async () => {
      const { model, prompts } = stage();
      const all = Array.from({ length: 8 }, () => hear(model, prompts.thoughts));
      await Promise.all(all.map((heard) => heard.outcome));
      expect(all.map((heard) => heard.reasoning + heard.text)).toEqual(all.map(() => `r0 r1${words}`));
    });
  });
}
