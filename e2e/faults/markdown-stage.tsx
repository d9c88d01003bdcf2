import { Tooltip } from 'radix-ui';
import { createElement } from 'react';
import { flushSync } from 'react-dom';
import { createRoot } from 'react-dom/client';
import { Markdown } from '#components/markdown/markdown.tsx';

/** Draws a text with the component of the app, at once. Texts of one `key` grow in one answer; another one starts anew. */
function draw(key: string, text: string, isArriving: boolean): void {
  flushSync(() =>
    root.render(createElement(Tooltip.Provider, null, createElement(Markdown, { key, text, isArriving }))),
  );
}

const place = document.createElement('main');
document.body.append(place);
const root = createRoot(place);
Object.assign(window, { draw });
