/** Names that at most one tab of the browser has at a time. A tab that is gone has none. */
export interface Locks {
  /** Takes `name` as soon as it is free. @returns gives it back */
  hold(name: string): () => void;
  /** Runs the task with the lock if nobody has it now. @returns whether it ran */
  ifFree(name: string, task: () => void): Promise<boolean>;
  /** Runs the task with the lock once it is free. */
  inTurn<T>(name: string, task: () => Promise<T>): Promise<T>;
}
