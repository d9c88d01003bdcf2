import { spawn } from 'node:child_process';
import { node24, projectPath, root } from './place.mjs';

/** Signals closer together than this, in ms, are one press of Ctrl-C: npm sends its own beside the terminal's. */
const onePress = 1000;

/**
 * Starts server.ts on Node 24, in the foreground.
 * @param {'production' | 'development'} mode
 */
export function startServer(mode) {
  return spawn(node24(), ['server.ts', ...process.argv.slice(2)], {
    cwd: root,
    env: { ...process.env, PATH: projectPath(), NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: mode },
    stdio: 'inherit',
  });
}

/**
 * Calls `send` once for each signal the server has to be told of. The server drains at the first and exits at the second, so
 * a Ctrl-C, which the terminal gives to the server itself, is not told again.
 * @param {(signal: NodeJS.Signals) => void} send
 * @param {() => number} clock in ms
 */
export function onStopSignal(send, clock = () => performance.now()) {
  let last = Number.NEGATIVE_INFINITY;
  /** @param {NodeJS.Signals} signal */
  const receive = (signal) => {
    const now = clock();
    const again = now - last < onePress;
    last = now;
    if (!again && !(signal === 'SIGINT' && process.stdin.isTTY)) send(signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, receive);
}

/**
 * Ends this process as the server ended.
 * @param {number | null} code
 * @param {NodeJS.Signals | null} signal
 */
export function exitLike(code, signal) {
  if (!signal) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
