/**
 * `node --import clock.ts`: wall clocks of all threads go ahead by as many milliseconds as the file WEIR_TEST_CLOCK says.
 * Timers and monotonic clocks do not notice, as when somebody sets the time of the machine.
 */
import { readFileSync } from 'node:fs';

const control = process.env.WEIR_TEST_CLOCK;
if (control !== undefined) {
  const RealDate = Date;
  let ahead = 0;
  setInterval(() => {
    ahead = Number(readFileSync(control, 'utf8'));
  }, 20).unref();

  globalThis.Date = class extends RealDate {
    constructor(...args: unknown[]) {
      if (args.length === 0) super(RealDate.now() + ahead);
      else super(...(args as [number]));
    }

    static override now(): number {
      return RealDate.now() + ahead;
    }
  } as DateConstructor;
}
