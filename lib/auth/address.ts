import { isIP } from 'node:net';

/**
 * One key per party that limits should treat as one: the IPv4 address (also when written as IPv6), or the /64 of an
 * IPv6 address, since one subscriber owns a whole /64. Anything else is itself.
 */
export function addressKey(remoteAddress: string): string {
  const address = remoteAddress.split('%', 1)[0] ?? '';
  if (isIP(address) !== 6) return address;
  const groups = ipv6Groups(address);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) return dotted(groups);
  if (groups.slice(0, 7).every((group) => group === 0)) return `::${groups[7]?.toString(16)}`;
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** True for this machine itself, which is also what a reverse proxy beside us looks like. */
export function isLoopback(remoteAddress: string): boolean {
  const key = addressKey(remoteAddress);
  return key === '::1' || /^127\.\d+\.\d+\.\d+$/.test(key);
}

function ipv6Groups(address: string): number[] {
  const [head = '', tail] = withoutDots(address).split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  return [...before, ...Array<string>(zeros).fill('0'), ...after].map((group) => Number.parseInt(group, 16));
}

function withoutDots(address: string): string {
  return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) => {
    const high = Number(a) * 256 + Number(b);
    const low = Number(c) * 256 + Number(d);
    return `${high.toString(16)}:${low.toString(16)}`;
  });
}

function dotted(groups: readonly number[]): string {
  return [groups[6] ?? 0, groups[7] ?? 0].flatMap((group) => [group >> 8, group & 255]).join('.');
}
