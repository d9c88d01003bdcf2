/** A batch by whose it is. */
interface Owned {
  readonly userId: string;
}

/**
 * Which of the waiting batches may begin, in order, when at most so many are at work: whoever has the fewest at work goes
 * first, then who came first. With all places taken, one of a person who has two more than another makes way.
 * @param waiting first come first
 */
export function mayBegin<T extends Owned>(
  waiting: readonly T[],
  atWork: readonly Owned[],
  most: number,
): T[] {
  const counts = new Map<string, number>();
  for (const { userId } of atWork) counts.set(userId, (counts.get(userId) ?? 0) + 1);
  const of = (userId: string) => counts.get(userId) ?? 0;
  const left = [...waiting];
  const chosen: T[] = [];
  for (let taken = atWork.length; chosen.length < most; ) {
    const next = left.reduce<T | undefined>(
      (best, each) => (best === undefined || of(each.userId) < of(best.userId) ? each : best),
      undefined,
    );
    if (next === undefined) break;
    if (taken < most) taken += 1;
    else {
      const rich = richest(counts);
      if (rich === null || of(rich) < of(next.userId) + 2) break;
      counts.set(rich, of(rich) - 1);
    }
    counts.set(next.userId, of(next.userId) + 1);
    left.splice(left.indexOf(next), 1);
    chosen.push(next);
  }
  return chosen;
}

/** The one that makes way when all places are taken: the newest of whoever has the most. Null while there is room. */
export function givesWay<T extends Owned>(atWork: readonly T[], most: number): T | null {
  if (atWork.length < most) return null;
  const counts = new Map<string, number>();
  for (const { userId } of atWork) counts.set(userId, (counts.get(userId) ?? 0) + 1);
  const rich = richest(counts);
  return atWork.findLast(({ userId }) => userId === rich) ?? null;
}

function richest(counts: ReadonlyMap<string, number>): string | null {
  let found: string | null = null;
  for (const [userId, count] of counts)
    if (found === null || count > (counts.get(found) ?? 0)) found = userId;
  return found;
}

/** One thing at a time: whose turn was longest ago is next. */
export class PersonTurns {
  #turn = 0;
  #last = new Map<string, number>();

  next<T extends Owned>(waiting: readonly T[]): T | undefined {
    const at = (userId: string) => this.#last.get(userId) ?? 0;
    let next = waiting[0];
    for (const each of waiting) if (next !== undefined && at(each.userId) < at(next.userId)) next = each;
    // Who waits for nothing has nothing to be remembered for.
    const present = new Set(waiting.map(({ userId }) => userId));
    this.#last = new Map([...this.#last].filter(([userId]) => present.has(userId)));
    this.#turn += 1;
    if (next !== undefined) this.#last.set(next.userId, this.#turn);
    return next;
  }
}
