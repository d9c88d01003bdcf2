/**
 * Preloaded into a server (`node --import`): counts what it sends to its database, embedded or not, and says so in one line
 * on SIGUSR2: `queries <in all> <most in a tenth of a second>`.
 */
import { Client } from 'pg';

const byTenth = new Map();
let all = 0;

/** @param {(...args: unknown[]) => unknown} query */
function counted(query) {
  /** @this {unknown} @param {unknown[]} args */
  return function count(...args) {
    const tenth = Math.floor(performance.now() / 100);
    byTenth.set(tenth, (byTenth.get(tenth) ?? 0) + 1);
    all += 1;
    return query.apply(this, args);
  };
}

Object.assign(Client.prototype, { query: counted(Reflect.get(Client.prototype, 'query')) });

process.on('SIGUSR2', () => process.stdout.write(`queries ${all} ${Math.max(0, ...byTenth.values())}\n`));
