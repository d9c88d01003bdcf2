import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Tooltip } from 'radix-ui';
import { renderToStaticMarkup } from 'react-dom/server';
import { type Pluggable, type PluggableList, unified } from 'unified';
import { describe, expect, it } from 'vitest';
import { Markdown } from './markdown.tsx';
import { rehypePlugin, remarkPlugin } from './math.ts';
import { readersOf } from './readers.ts';

const shown = (text: string) =>
  renderToStaticMarkup(
    <Tooltip.Provider>
      <Markdown text={text} isArriving={false} />
    </Tooltip.Provider>,
  );

describe('Markdown', () => {
  it('[F141] [F139] reads no HTML: tags are left out or shown as text, in the component that the app shows', () => {
    const html = shown(
      'a <b onclick="x()">bold</b> <img src="http://127.0.0.1:9/" onerror="x()"> z\n\n<script>x()</script>',
    );
    expect(html).toContain('bold');
    expect(html).not.toMatch(/<(b|img|script)\b/);
    expect(html).not.toMatch(/<[^>]*\son\w+=/);
  });

  it('[F141] is sanitised last, with and without formulas', () => {
    const math = { remarkPlugin, rehypePlugin };
    for (const { rehype } of [readersOf(null), readersOf(math)]) {
      const hostile = {
        type: 'root',
        children: ['img', 'script', 'iframe', 'style', 'form', 'span'].map((tagName) => ({
          type: 'element',
          tagName,
          properties: { onError: 'x()', srcDoc: 'x', style: 'color: red', src: 'javascript:x()' },
          children: [],
        })),
      };
      const clean = unified()
        .use([rehype.at(-1)] as PluggableList)
        .runSync(structuredClone(hostile) as never);
      expect(JSON.stringify(clean)).not.toMatch(/onError|srcDoc|script|iframe|"style","|form/);
      expect(JSON.stringify(clean)).toContain('span');
    }
    expect(namesOf(readersOf(null).rehype)).toEqual(['rehypeSanitize']);
    expect(namesOf(readersOf(math).rehype)).toEqual(['rehypeKatex', 'rehypeSanitize']);
  });

  it('[C100] lets what is written from right to left run that way, and leaves everything else alone', () => {
    const html = shown(
      [
        'שלום **world**.',
        'Hello.',
        '- مرحبا\n\n- more',
        '> قوي\n>\n> Latin',
        '`שלום`',
        '| א | b |\n| --- | --- |\n| 1 | 2 |',
      ].join('\n\n'),
    );
    expect(html).toContain('<p dir="rtl">שלום');
    expect(html).toContain('<ul dir="rtl">');
    expect(html).toContain('<p dir="rtl">مرحبا');
    expect(html).toMatch(/<blockquote dir="rtl">\s*<p dir="rtl">قوي<\/p>\s*<p dir="ltr">Latin/);
    expect(html).toContain('<table dir="rtl">');
    expect(html).toContain('<p>Hello');
    expect(html).toContain('<p><code');
  });

  it('[F142] shows a diagram as the code it is', () => {
    const html = shown(
      '```mermaid\n%%{init: {"securityLevel": "loose"}}%%\ngraph LR; A["<img src=x onerror=x()>"]; click A call x()\n```',
    );
    expect(html).toContain('<figure');
    expect(html).toContain('&lt;img src=x onerror=x()&gt;');
    expect(html).not.toMatch(/<(svg|img)\b[^>]*(on\w+|mermaid)=/);
    const lock = readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8');
    expect(lock).not.toMatch(/"node_modules\/(@streamdown\/)?mermaid"/);
  });

  it('[F140] [F144] a picture is a link to click, and a link says where it leads and tells nobody whence', () => {
    const html = shown(
      '![a picture](https://a.example/p.png) [b](https://b.example/ "t") <https://c.example/>',
    );
    expect(html).not.toContain('<img');
    const links = html.match(/<a [^>]*>/g) ?? [];
    expect(links).toHaveLength(3);
    for (const link of links) expect(link).toMatch(/rel="noopener noreferrer nofollow"/);
    expect(links[1]).toContain('title="https://b.example/"');
  });
});

describe('formulas', () => {
  /** As the page shows them, before the sanitiser. */
  const formula = (tex: string): string => {
    const element = {
      type: 'element',
      tagName: 'code',
      properties: { className: ['language-math', 'math-inline'] },
      children: [{ type: 'text', value: tex }],
    };
    const tree = unified()
      .use([rehypePlugin as Pluggable])
      .runSync({ type: 'root', children: [element] } as never);
    return JSON.stringify(tree);
  };

  it.each([
    '\\href{javascript:alert(1)}{x}',
    '\\url{javascript:alert(1)}',
    '\\includegraphics{http://127.0.0.1:9/x.png}',
    '\\htmlData{a=b}{x}',
    '\\htmlStyle{background:url(http://127.0.0.1:9/)}{x}',
    '\\htmlClass{x}{y}',
    '\\htmlId{x}{y}',
  ])('[F143] %s is trusted with nothing', (tex) => {
    const tree = formula(tex);
    expect(tree).not.toMatch(/"(href|src|dataA|id)":/);
    expect(tree).not.toMatch(/"tagName":"(a|img)"/);
    expect(tree).not.toMatch(/"style":"[^"]*url\(/);
  });

  it('[F143] a macro that doubles itself for ever is refused, not expanded', () => {
    const tree = formula('\\def\\x{\\x\\x}\\x');
    expect(tree).toContain('katex-error');
    expect(tree.length).toBeLessThan(2_000);
  });

  it('[F143] nothing is larger than a few lines', () => {
    const styles = formula('\\rule{9999em}{9999em}\\kern{9999em}').match(/"style":"[^"]*"/g) ?? [];
    const sizes = [...styles.join().matchAll(/(\d+(?:\.\d+)?)em/g)];
    expect(Math.max(...sizes.map(([, em]) => Number(em)))).toBeLessThanOrEqual(100);
  });

  it('[F143] ten thousand braces end with an error that is escaped', () => {
    expect(formula('{'.repeat(10_000))).toContain('katex-error');
    const error = formula('\\frac{<img src=x onerror=alert(1)>');
    expect(error).not.toContain('"tagName":"img"');
  });
});

it('[F139] no component of ours sets HTML, and the one script of the page is a constant', () => {
  const root = join(import.meta.dirname, '../..');
  const users = ['app', 'components'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .map((path) => join(folder, path))
      .filter((path) => /\.tsx?$/.test(path) && !/\.test\.tsx?$/.test(path))
      .filter((path) =>
        /dangerouslySetInnerHTML|\.(inner|outer)HTML|insertAdjacentHTML|document\.write|srcDoc|\beval\(|new Function/.test(
          readFileSync(join(root, path), 'utf8'),
        ),
      ),
  );
  expect(users).toEqual(['app/layout.tsx']);
});

const namesOf = (plugins: readonly unknown[]) =>
  plugins.map((plugin) => ((Array.isArray(plugin) ? plugin[0] : plugin) as { name: string }).name);
