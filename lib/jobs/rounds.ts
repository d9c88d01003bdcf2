/** Does things again and again, each never twice at once; one that takes long holds up no other. */
export class Rounds {
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #underWay = new Set<Promise<void>>();

  /** @param work never rejects */
  every(ms: number, work: () => Promise<void>): void {
    let isUnderWay = false;
    const timer = setInterval(() => {
      if (isUnderWay) return;
      isUnderWay = true;
      const round = work().then(() => {
        isUnderWay = false;
        this.#underWay.delete(round);
      });
      this.#underWay.add(round);
    }, ms);
    this.#timers.push(timer.unref());
  }

  /** Begins no more. */
  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
  }

  /** Resolves when those that are under way are over. */
  async over(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}
