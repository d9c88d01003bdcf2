import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { root } from '../place.ts';

/** File name → content, of the page script that draws Markdown as the app does: `markdown-stage.tsx` and all it needs. */
export async function buildStage(): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    root,
    configFile: false,
    logLevel: 'error',
    base: '/stage/',
    publicDir: false,
    define: { 'process.env.NODE_ENV': '"production"' },
    build: {
      write: false,
      minify: false,
      assetsInlineLimit: 0,
      modulePreload: false,
      cssCodeSplit: false,
      rollupOptions: {
        input: fileURLToPath(new URL('markdown-stage.tsx', import.meta.url)),
        output: { entryFileNames: 'stage.js', chunkFileNames: '[name]-[hash].js' },
      },
    },
  });
  if (Array.isArray(built) || !('output' in built)) throw new Error('one build was asked for');
  return new Map(
    built.output
      .filter(({ fileName }) => /\.(js|css)$/.test(fileName))
      .map((file) => [file.fileName, file.type === 'chunk' ? file.code : String(file.source)]),
  );
}
