// The last step of `npm test`: makes TABLE.md of the reports of all tests. Ends with 1 when a row is not proven, or when the
// table was another one.
import { join } from 'node:path';
import { root } from '../place.ts';
import { catalogue } from './catalogue.ts';
import { settleTable } from './table-file.ts';

const wrong = settleTable({
  catalogue,
  results: join(root, 'test-results'),
  file: join(import.meta.dirname, 'TABLE.md'),
});
if (wrong !== null) {
  process.stderr.write(`${wrong}\n`);
  process.exitCode = 1;
}
