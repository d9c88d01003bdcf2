import { createCodePlugin } from '@streamdown/code';
import type { HighlightResult } from 'streamdown';

const themes: ['github-light-high-contrast', 'github-dark-high-contrast'] = [
  'github-light-high-contrast',
  'github-dark-high-contrast',
];
const plugin = createCodePlugin({ themes });

/** Loads the grammar when it is first needed; `done` is called once, perhaps at once, never for an unknown language. */
export function highlight(
  code: string,
  language: string,
  isIncomplete: boolean,
  done: (result: HighlightResult) => void,
): void {
  const name = language.toLowerCase() as Parameters<typeof plugin.highlight>[0]['language'];
  if (!plugin.supportsLanguage(name)) return;
  const result = plugin.highlight({ code, language: name, themes, isIncomplete }, (late) =>
    done(late as HighlightResult),
  );
  if (result !== null) done(result as HighlightResult);
}
