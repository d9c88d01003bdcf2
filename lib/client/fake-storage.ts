import type { KeyValue } from './key-value.ts';

/** Storage of one make-believe browser, with a switch that makes it full. */
export class FakeStorage implements KeyValue {
  readonly values = new Map<string, string>();
  isFull = false;

  read(key: string): string | null {
    return this.values.get(key) ?? null;
  }

  write(key: string, value: string): boolean {
    if (this.isFull) return false;
    this.values.set(key, value);
    return true;
  }

  remove(key: string): void {
    this.values.delete(key);
  }

  keys(prefix: string): string[] {
    return [...this.values.keys()].filter((key) => key.startsWith(prefix));
  }
}
