/** Close codes of our sockets. 4000 to 4499: come back; 4500 to 4999: stay away until something changes. */
export const closeCodes = {
  draining: 4001,
  tooSlow: 4002,
  lostPlace: 4004,
  tooManyMessages: 4013,
  unsupportedVersion: 4501,
  unauthorized: 4502,
  tooManyConnections: 4503,
  noHello: 4504,
} as const;

export type CloseReason = keyof typeof closeCodes;

/** Codes outside our range (1001, 1006, 1012 …) come from networks and proxies: always come back. */
export function mayComeBack(code: number): boolean {
  return code < 4500 || code > 4999;
}
