import { filesBelow, fingerprint } from './fingerprint.mjs';
import { root } from './place.mjs';
import { stampedStep } from './step.mjs';
import { must, tool, toolEnv } from './tool.mjs';

const settings = [
  'next.config.ts',
  'postcss.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
];

/** What cannot change the built pages: tests, this folder, and the client that the schema stands for. */
const beside = /\.test\.tsx?$|^lib\/boot$|^lib\/store\/prisma-client$|\.md$/;

/** The pages, for production. */
export const build = stampedStep({
  name: 'build',
  doing: 'Building the pages',
  advice: 'The pages could not be built. Mend what Next names above.',
  output: '.next/BUILD_ID',
  inputs: () => {
    const sources = ['app', 'components', 'lib', 'public', 'prisma/schema.prisma', ...settings];
    return fingerprint(
      root,
      filesBelow(root, sources, (path) => beside.test(path)),
    );
  },
  run: () => must(...tool('next', 'build'), { env: { ...toolEnv(), NODE_ENV: 'production' } }),
});

/** The types of the routes, which `tsc` needs and `next build` would make too. */
export const routes = stampedStep({
  name: 'routes',
  doing: 'Generating route types',
  advice: 'Route types could not be generated. Mend what Next names above.',
  output: '.next/types/routes.d.ts',
  inputs: () =>
    fingerprint(root, ['next.config.ts', 'package-lock.json']) + filesBelow(root, ['app']).join('\n'),
  run: () => must(...tool('next', 'typegen'), { env: toolEnv() }),
});
