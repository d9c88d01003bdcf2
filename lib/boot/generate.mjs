import { filesBelow, fingerprint } from './fingerprint.mjs';
import { root } from './place.mjs';
import { stampedStep } from './step.mjs';
import { must, tool, toolEnv } from './tool.mjs';

/** The Prisma client, from the schema. */
export const generate = stampedStep({
  name: 'generate',
  doing: 'Generating the database client',
  advice: 'The Prisma client could not be generated. Mend prisma/schema.prisma as it says above.',
  output: 'lib/store/prisma-client',
  inputs: () =>
    fingerprint(root, filesBelow(root, ['prisma/schema.prisma', 'prisma.config.ts', 'package-lock.json'])),
  // Prisma downloads a schema engine before it generates, which it then does not call: any existing file stands in.
  run: () =>
    must(...tool('prisma', 'generate'), {
      env: { ...toolEnv(), PRISMA_SCHEMA_ENGINE_BINARY: process.execPath },
    }),
});
