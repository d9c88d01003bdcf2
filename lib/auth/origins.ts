/** Where Weir is served, as far as origins go. */
export interface Served {
  /** The name or address listened on; 0.0.0.0 and :: mean every address of the machine. */
  host: string;
  port: number;
  /** Origins that the operator allows besides (WEIR_ORIGINS): a proxy's public address, a name in the local network. */
  extra: readonly string[];
  /** The machine's own addresses, used when `host` means all of them. */
  addresses?: readonly string[];
}

/** Whether a browser's Origin header is exactly one of the allowed. Missing, `null`, doubled or merely similar: no. */
export function allowedOrigin(origin: string | undefined, allowed: ReadonlySet<string>): boolean {
  return origin !== undefined && allowed.has(origin);
}

/**
 * The origins our own pages have. Never derived from a Host header: a hostile name that resolves to this machine
 * (DNS rebinding) would then vouch for itself. Loopback names and bare IP addresses cannot be rebound, so listening
 * on every address allows exactly those of this machine; any other name has to be told in `extra`.
 */
export function servedOrigins({ host, port, extra, addresses = [] }: Served): ReadonlySet<string> {
  const named = hosts(host, addresses).map((name) => originOf(name, port));
  return new Set([...named, ...extra]);
}

/** Whether the text is an origin as browsers write it: `https://chat.example`, no path, no upper case, no default port. */
export function isOrigin(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text && !text.includes('*');
}

/** Whether people come over HTTPS, that is through a proxy: then cookies are `Secure` and browsers told to stay on HTTPS. */
export function servedSecurely(extra: readonly string[]): boolean {
  return extra.length > 0 && extra.every((origin) => origin.startsWith('https://'));
}

const loopback = ['127.0.0.1', 'localhost', '::1'];

function hosts(host: string, addresses: readonly string[]): string[] {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  if (['0.0.0.0', '::', ''].includes(bare)) return [...loopback, ...addresses];
  return loopback.includes(bare) ? loopback : [bare];
}

function originOf(name: string, port: number): string {
  const host = name.includes(':') ? `[${name.split('%', 1)[0]}]` : name;
  return new URL(`http://${host}:${port}`).origin;
}
