import { posix } from 'node:path';
import type { Import, Source } from './source.ts';

/** The house plan as data. Paths are from the root of the clone; a room is a folder of lib, or a name given in `rooms`. */
export interface House {
  /** Room → the rooms and single files it may import beside its own. `'*'`: everything, vendors too. */
  readonly rooms: Readonly<Record<string, readonly string[] | '*'>>;
  /** Room → the only packages it may import. A room that is not listed may import any. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Rooms that run in a browser, or are pure: no `node:` modules. */
  readonly withoutNode: readonly string[];
  /** First words of the names of files that only the composition root may import. */
  readonly vendors: readonly string[];
  /** Room → vendor files, by how their path begins, that it may import all the same. */
  readonly vendorGuests: Readonly<Record<string, readonly string[]>>;
  /** Packages that only a file named after a vendor may import. */
  readonly vendorPackages: readonly string[];
  /** The one file that may read `process.env`. */
  readonly envReader: string;
  readonly budgets: { readonly file: number; readonly function: number; readonly component: number };
  /** Path → how many lines it may have instead, or one of its functions (`path#name`), and why. */
  readonly exceptions: Readonly<Record<string, { readonly lines: number; readonly why: string }>>;
}

/** Every rule the file breaks, one sentence each, with the place and what is allowed. */
export function violations(source: Source, house: House): string[] {
  const isTest = isTestFile(source);
  return [
    ...source.imports.flatMap((one) => importViolations(source, one, house, isTest)),
    ...(isTest ? [] : envViolations(source, house)),
    ...source.moduleMocks.map(
      (line) => `${source.path}:${line} mocks a module: write a fake beside the port`,
    ),
    ...nameViolations(source),
    ...sizeViolations(source, house, isTest),
  ];
}

/** Tests, contract suites, Playwright specs (whatever loads a test runner), and the `x-fixture.ts` that only they use. */
function isTestFile({ path, imports }: Source): boolean {
  const loads = imports.some(({ specifier }) => /^(vitest|@playwright\/test)$/.test(specifier));
  return loads || /(\.(test|spec)|-fixture)\.tsx?$/.test(path);
}

/** The room a path lies in: `lib/gate/x.ts` → `gate`, `lib/config.ts` → `config`, `app/page.tsx` → `app`. */
export function roomOf(path: string): string {
  const [top = '', next = ''] = path.split('/');
  return (top === 'lib' ? next : top).replace(/\.(ts|tsx|mjs)$/, '');
}

const isOurs = (specifier: string) => /^(\.{1,2}\/|#)/.test(specifier);

function importViolations(source: Source, one: Import, house: House, isTest: boolean): string[] {
  const { path } = source;
  const at = `${path}:${one.line} imports ${one.specifier}: `;
  const found = isOurs(one.specifier)
    ? [
        extensionFault(one.specifier),
        isTest ? undefined : roomFault(path, targetOf(path, one.specifier), house),
      ]
    : [isTest ? undefined : packageFault(path, one.specifier, house)];
  return found.filter((fault) => fault !== undefined).map((fault) => at + fault);
}

function extensionFault(specifier: string): string | undefined {
  return /\.(ts|tsx|mjs|css|json)$/.test(specifier) ? undefined : 'Node needs the file extension in the path';
}

function targetOf(path: string, specifier: string): string {
  if (specifier.startsWith('#')) return specifier.slice(1);
  return posix.normalize(posix.join(posix.dirname(path), specifier));
}

function roomFault(path: string, target: string, house: House): string | undefined {
  const [from, to] = [roomOf(path), roomOf(target)];
  const allowed = house.rooms[from];
  if (allowed === '*') return undefined;
  if (allowed === undefined)
    return path.startsWith('lib/') ? `room ${from} is not in the table of rooms` : undefined;
  if (isVendorFile(target, house) && !mayUseVendor(path, target, house)) {
    return `a file named after a vendor is imported only by compose.ts and by such files of its own room`;
  }
  if (from === to || allowed.includes(to) || allowed.includes(target)) return undefined;
  return `${from} may import ${allowed.join(', ') || 'nothing of ours'}`;
}

/** True when the file, or a folder of it inside its room, is named after a vendor. */
function isVendorFile(path: string, { vendors }: House): boolean {
  const names = path.split('/').slice(2);
  return names.some((name) => vendors.some((vendor) => new RegExp(`^${vendor}([-.]|$)`).test(name)));
}

function mayUseVendor(path: string, target: string, house: House): boolean {
  const guest = house.vendorGuests[roomOf(path)]?.some((start) => target.startsWith(start)) === true;
  return guest || (roomOf(path) === roomOf(target) && isVendorFile(path, house));
}

function packageFault(path: string, specifier: string, house: House): string | undefined {
  const room = roomOf(path);
  if (specifier.startsWith('node:'))
    return house.withoutNode.includes(room) ? `${room} runs without Node` : undefined;
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
  const allowed = house.packages[room];
  if (allowed && !allowed.includes(name)) return `${room} may import ${allowed.join(', ') || 'no package'}`;
  const isVendors = house.vendorPackages.some((vendor) => name === vendor || name.startsWith(`${vendor}/`));
  if (!isVendors || !path.startsWith('lib/') || house.rooms[room] === '*' || isVendorFile(path, house))
    return undefined;
  return `only a file named after the vendor imports ${name}`;
}

function envViolations({ path, envReads }: Source, { envReader }: House): string[] {
  // lib/boot runs before there is a configuration to read.
  if (!/^(lib\/(?!boot\/)|app\/|components\/)/.test(path) || path === envReader) return [];
  return envReads.map((line) => `${path}:${line} reads process.env: only ${envReader} does`);
}

function nameViolations({ path, isBarrel }: Source): string[] {
  const name = posix.basename(path).replace(/\.\w+$/, '');
  const words = name.split(/[-.]|(?<=[a-z])(?=[A-Z])/).map((word) => word.toLowerCase());
  const vague = words.find((word) => /^(manager|service|helper|util)s?$/.test(word));
  return [
    ...(vague ? [`${path} is named ${vague}: name the thing it is`] : []),
    ...(isBarrel || name === 'index' ? [`${path} is a barrel: import from the file that defines`] : []),
  ];
}

function sizeViolations(source: Source, { budgets, exceptions }: House, isTest: boolean): string[] {
  const { path, lines, functions } = source;
  const isMarkup = path.endsWith('.tsx') && !isTest;
  const limitOf = (key: string, budget: number) => exceptions[key]?.lines ?? budget;
  const say = (what: string, is: number, limit: number) =>
    is > limit ? [`${what} has ${is} lines, allowed ${limit}`] : [];
  return [
    ...say(path, lines, limitOf(path, isMarkup ? budgets.component : budgets.file)),
    ...(isTest ? [] : functions).flatMap(({ name, line, lines: is }) => {
      const budget = isMarkup && /^[A-Z]/.test(name) ? budgets.component : budgets.function;
      return say(`${path}:${line} ${name}`, is, limitOf(`${path}#${name}`, budget));
    }),
  ];
}
