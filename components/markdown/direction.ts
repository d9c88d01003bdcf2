interface Node {
  type: string;
  value?: string;
  children?: Node[];
  data?: { hProperties?: Record<string, unknown> };
}

/** Hebrew, Arabic and their like. */
const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const directed = new Set(['paragraph', 'heading', 'list', 'blockquote', 'table']);

/**
 * Where a block has letters that run from right to left, each of its parts runs as its first letter does, with full stops
 * and points of lists on that side. Not `dir="auto"`: that passes over parts that have a direction of their own.
 */
export function remarkDirection() {
  return (tree: Node): void => {
    if (isMixed(tree)) direct(tree);
  };
}

/** Code does not count. */
function isMixed({ type, value = '', children = [] }: Node): boolean {
  return (type === 'text' && rightToLeft.test(value)) || children.some(isMixed);
}

/** @returns the direction of the first letter in there */
function direct(node: Node): 'rtl' | 'ltr' | null {
  let first = node.type === 'text' ? directionOf(node.value ?? '') : null;
  for (const child of node.children ?? []) {
    const one = direct(child);
    first ??= one;
  }
  if (first !== null && directed.has(node.type)) {
    node.data = { ...node.data, hProperties: { ...node.data?.hProperties, dir: first } };
  }
  return first;
}

function directionOf(text: string): 'rtl' | 'ltr' | null {
  const [letter] = /\p{L}/u.exec(text) ?? [];
  if (letter === undefined) return null;
  return rightToLeft.test(letter) ? 'rtl' : 'ltr';
}
