export interface RelayRequest {
  /** Any number that is unique on its socket. */
  id: number;
  model: string;
  prompt: string;
}

export type RelayFrame = { id: number } & ({ text: string } | { done: true } | { error: string });
