import type { UpstreamSettings } from './upstream.ts';

/** Where the usual model servers of one's own machine listen. */
const usualPorts = [
  ['ollama', 11434],
  ['lmstudio', 1234],
  ['llamacpp', 8080],
  ['vllm', 8000],
] as const;

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/** Those worth asking: not Weir itself, and not one that is configured already. */
export function localCandidates(
  configured: readonly UpstreamSettings[],
  ownPort: number,
  ports: readonly (readonly [string, number])[] = usualPorts,
): UpstreamSettings[] {
  const taken = new Set([ownPort, ...configured.map(({ baseUrl }) => loopbackPort(baseUrl))]);
  const names = new Set(configured.map(({ name }) => name));
  return ports
    .filter(([name, port]) => !taken.has(port) && !names.has(name))
    .map(([name, port]) => ({
      name,
      baseUrl: `http://127.0.0.1:${port}/v1`,
      key: null,
      models: null,
      // A local server loads a model of many gigabytes before its first word.
      timeouts: { connectMs: 2_000, firstContentMs: 300_000 },
    }));
}

function loopbackPort(baseUrl: string): number | null {
  const { hostname, port, protocol } = new URL(baseUrl);
  if (!loopback.test(hostname)) return null;
  return Number(port) || (protocol === 'https:' ? 443 : 80);
}
