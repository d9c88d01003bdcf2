/**
 * Preloaded into a server (`node --import`): says of each piece of a text that the database has kept how far that text is
 * kept now, `kept <generation> <UTF-16 units>`. From outside nothing shows when that is, and on a busy machine it may be late.
 */
import { Client } from 'pg';

const query = /** @type {Function} */ (Reflect.get(Client.prototype, 'query'));

/** @param {unknown[]} values of the statement of `store/prisma-checkpoint.ts` */
function tell(values) {
  const [ids, , starts, texts] = /** @type {[string[], string[], number[], string[]]} */ (values.slice(6));
  for (const [at, id] of ids.entries())
    process.stdout.write(`kept ${id} ${Number(starts[at]) + (texts[at]?.length ?? 0)}\n`);
}

/** Of the pool's calls, which have a callback, and of those within a transaction, which have none. */
Object.assign(Client.prototype, {
  /** @this {unknown} @param {unknown[]} args */
  query(...args) {
    const { text = '', values = [] } = /** @type {{ text?: string, values?: unknown[] }} */ (Object(args[0]));
    if (!text.includes('INSERT INTO "Piece"')) return query.apply(this, args);
    const done = args.at(-1);
    if (typeof done !== 'function') return query.apply(this, args).then(told);
    return query.apply(this, [...args.slice(0, -1), called]);

    /** @param {unknown} result */
    function told(result) {
      tell(values);
      return result;
    }
    /** @param {unknown} error @param {unknown} result */
    function called(error, result) {
      if (!error) tell(values);
      /** @type {Function} */ (done)(error, result);
    }
  },
});
