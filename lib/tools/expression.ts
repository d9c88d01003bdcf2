/** What is wrong with an expression, for whoever wrote it. */
export class ExpressionError extends Error {}

const MOST_NESTED = 100;
const tokens =
  /\s*(?:(\d+(?:\.\d*)?(?:e[+-]?\d+)?|\.\d+(?:e[+-]?\d+)?)|([a-z][a-z0-9]*)|(\*\*|[-+*/^%(),×÷−√π]))/iy;

type Token = { readonly kind: 'number' | 'name' | 'sign'; readonly text: string };

const constants = new Map([
  ['pi', Math.PI],
  ['e', Math.E],
  ['tau', 2 * Math.PI],
]);

const functions = new Map<string, (...args: number[]) => number>([
  ['sqrt', Math.sqrt],
  ['cbrt', Math.cbrt],
  ['abs', Math.abs],
  ['round', (x, digits = 0) => Number(`${Math.round(Number(`${x}e${digits}`))}e-${digits}`)],
  ['floor', Math.floor],
  ['ceil', Math.ceil],
  ['exp', Math.exp],
  ['ln', Math.log],
  ['log', Math.log10],
  ['log2', Math.log2],
  ['sin', Math.sin],
  ['cos', Math.cos],
  ['tan', Math.tan],
  ['asin', Math.asin],
  ['acos', Math.acos],
  ['atan', Math.atan],
  ['min', Math.min],
  ['max', Math.max],
]);

const arities = new Map([
  ['round', [1, 2]],
  ['min', [1, 50]],
  ['max', [1, 50]],
]);

/**
 * The value of an arithmetic expression: + - * / ^ mod, brackets, `15% of 80`, a few functions and constants. Angles are
 * in radians. Nothing is evaluated as a program.
 * @throws ExpressionError
 */
export function evaluate(text: string): number {
  const reader = new Reader(tokensOf(text));
  const value = reader.sum();
  if (reader.next !== undefined)
    throw new ExpressionError(`"${reader.next.text}" stands where nothing should.`);
  if (Number.isFinite(value)) return value;
  throw new ExpressionError('The result is not a number, or too large: perhaps a division by zero.');
}

function tokensOf(text: string): Token[] {
  const found: Token[] = [];
  const end = text.trimEnd().length;
  tokens.lastIndex = 0;
  while (tokens.lastIndex < end) {
    const from = tokens.lastIndex;
    const match = tokens.exec(text);
    if (match === null)
      throw new ExpressionError(`"${text.slice(from).trim().slice(0, 20)}" cannot be read.`);
    const [, number, name, sign = ''] = match;
    if (number !== undefined) found.push({ kind: 'number', text: number });
    else if (name !== undefined) found.push({ kind: 'name', text: name.toLowerCase() });
    else found.push({ kind: 'sign', text: plainSigns.get(sign) ?? sign });
  }
  return found;
}

const plainSigns = new Map([
  ['×', '*'],
  ['÷', '/'],
  ['−', '-'],
  ['**', '^'],
]);

/** Recursive descent: sum > product > unary > power > postfix > atom. */
class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(read: readonly Token[]) {
    this.#tokens = read;
  }

  get next(): Token | undefined {
    return this.#tokens[this.#at];
  }

  sum(): number {
    let value = this.#product();
    for (;;) {
      if (this.#take('+')) value += this.#product();
      else if (this.#take('-')) value -= this.#product();
      else return value;
    }
  }

  #product(): number {
    let value = this.#unary();
    for (;;) {
      if (this.#take('*') || this.#take('of')) value *= this.#unary();
      else if (this.#take('/')) value /= this.#unary();
      else if (this.#take('mod')) value = modulo(value, this.#unary());
      else return value;
    }
  }

  #unary(): number {
    return this.#nested(() => {
      if (this.#take('-')) return -this.#unary();
      if (this.#take('+')) return this.#unary();
      if (this.#take('√')) return Math.sqrt(this.#unary());
      return this.#power();
    });
  }

  /** From the right: 2^3^2 is 2^9. */
  #power(): number {
    const base = this.#postfix();
    return this.#take('^') ? base ** this.#unary() : base;
  }

  #postfix(): number {
    let value = this.#atom();
    while (this.#take('%')) value /= 100;
    return value;
  }

  #atom(): number {
    const token = this.next;
    if (token === undefined) throw new ExpressionError('It ends too early.');
    this.#at += 1;
    if (token.kind === 'number') return Number(token.text);
    if (token.text === 'π') return Math.PI;
    if (token.text === '(') return this.#closed(this.sum());
    if (token.kind === 'name') return this.#named(token.text);
    throw new ExpressionError(`"${token.text}" stands where a number should.`);
  }

  #named(name: string): number {
    const constant = constants.get(name);
    if (constant !== undefined) return constant;
    const known = functions.get(name);
    if (known === undefined) throw new ExpressionError(`"${name}" is not known here.`);
    if (!this.#take('(')) throw new ExpressionError(`"${name}" needs brackets, like ${name}(2).`);
    const args = [this.sum()];
    while (this.#take(',')) args.push(this.sum());
    const [least = 1, most = 1] = arities.get(name) ?? [];
    if (args.length < least || args.length > most)
      throw new ExpressionError(`"${name}" has too many numbers.`);
    return this.#closed(known(...args));
  }

  #closed(value: number): number {
    if (!this.#take(')')) throw new ExpressionError('A bracket is not closed.');
    return value;
  }

  #nested(read: () => number): number {
    this.#depth += 1;
    if (this.#depth > MOST_NESTED) throw new ExpressionError('It is nested too deeply.');
    const value = read();
    this.#depth -= 1;
    return value;
  }

  #take(text: string): boolean {
    if (this.next?.text !== text) return false;
    this.#at += 1;
    return true;
  }
}

/** With the sign of the divisor, as in mathematics. */
const modulo = (value: number, divisor: number) => ((value % divisor) + divisor) % divisor;
