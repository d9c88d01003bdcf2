/** Small texts that survive reloads and crashes, shared by all tabs. Never throws: what fails is kept in memory only. */
export interface KeyValue {
  read(key: string): string | null;
  /** @returns false when it will not survive: storage is full or blocked */
  write(key: string, value: string): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
}
