/** A server as the owner of this installation names it. Values may be secrets: they are revealed when a call is made. */
export type McpServer = { readonly name: string } & (
  | {
      readonly kind: 'stdio';
      readonly command: string;
      readonly args: readonly string[];
      /** All that its process gets to know of ours, beside the few names that every program needs (PATH, HOME). */
      readonly env: Readonly<Record<string, Hidden>>;
    }
  | { readonly kind: 'http'; readonly url: Hidden; readonly headers: Readonly<Record<string, Hidden>> }
);

export interface Hidden {
  reveal(): string;
}
