import { defaultRehypePlugins } from 'streamdown';

type Plugins = NonNullable<Parameters<typeof import('streamdown').Streamdown>[0]['rehypePlugins']>;

interface Schema {
  tagNames?: string[];
  attributes?: Record<string, unknown[]>;
  protocols?: Record<string, string[]>;
  clobberPrefix?: string;
}

/** What KaTeX writes. Nothing else can bring these in: raw HTML is never parsed. */
const mathTags = [
  'math semantics annotation mrow mi mo mn ms mtext mspace msup msub msubsup mfrac msqrt mroot mover munder munderover',
  'mtable mtr mtd mstyle mpadded mphantom menclose mmultiscripts mprescripts none svg path line g',
].flatMap((names) => names.split(' '));

const svg = ['xmlns', 'width', 'height', 'viewBox', 'preserveAspectRatio', 'd', 'x1', 'x2', 'y1', 'y2'];

/** The last step of reading Markdown: whatever is not listed here does not reach the page. */
export const sanitizers: Plugins = [sanitizer()];

function sanitizer(): Plugins[number] {
  const given = defaultRehypePlugins.sanitize;
  if (!Array.isArray(given)) throw new Error('streamdown has no sanitizer where it was');
  const [sanitize, base] = given as [Exclude<Plugins[number], unknown[]>, Schema];
  const schema: Schema = {
    ...base,
    tagNames: [...(base.tagNames ?? []), ...mathTags],
    attributes: {
      ...base.attributes,
      span: ['className', 'style', 'ariaHidden'],
      math: ['xmlns', 'display'],
      annotation: ['encoding'],
      mstyle: ['scriptlevel', 'displaystyle', 'mathcolor'],
      mo: [
        'stretchy',
        'fence',
        'separator',
        'lspace',
        'rspace',
        'minsize',
        'maxsize',
        'movablelimits',
        'accent',
      ],
      mi: ['mathvariant'],
      mspace: ['width', 'height', 'linebreak'],
      mtable: ['columnalign', 'rowspacing', 'columnspacing', 'columnlines', 'rowlines'],
      mpadded: ['width', 'height', 'voffset', 'lspace', 'depth'],
      mover: ['accent'],
      munder: ['accentunder'],
      menclose: ['notation'],
      mfrac: ['linethickness'],
      svg,
      path: svg,
      line: [...svg, 'stroke', 'strokeWidth'],
    },
    protocols: { ...base.protocols, href: ['http', 'https', 'mailto'], src: ['http', 'https'] },
  };
  return [sanitize, schema] as Plugins[number];
}

/** @returns the address when a link may lead there: http, https, mailto, or a place in the same text */
export function safeAddress(href: string | undefined): string | null {
  if (href === undefined) return null;
  if (href.startsWith('#')) return href;
  if (!URL.canParse(href)) return null;
  return ['http:', 'https:', 'mailto:'].includes(new URL(href).protocol) ? href : null;
}
