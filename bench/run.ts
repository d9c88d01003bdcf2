// `npm run bench`: Weir and the bare relay of this folder, measured side by side, round by round. `--help` tells the options.
// Ends with 1 when an answer did not arrive whole, and never because of speed.
import { cpus } from 'node:os';
import { canPin, outputOf, startChild } from './child.ts';
import type { Job, Measured, TargetName } from './job.ts';
import { type Options, optionsOf, usage } from './options.ts';
import { figuresOf, isWhole, ratioOf, table } from './report.ts';
import type { Script } from './script.ts';
import { startTarget, startUpstream, type Target } from './target.ts';

const args = process.argv.slice(2);
if (args.includes('--help')) {
  console.log(usage);
  process.exit(0);
}
const options = parsed();
/** Streams of the round that warms a server up; enough for every path to have run. */
const WARM_STREAMS = 40;
const warmScript: Script = { tokens: 40, everyMs: 25, firstMs: 100 };

const began = performance.now();
process.stdout.write(`${headline(options)}\n\n`);
const rounds = await measured();
const weir = figuresOf(rounds.filter(({ target }) => target === 'weir'));
const relay = figuresOf(rounds.filter(({ target }) => target === 'relay'));
console.log(`\n${table(weir, relay)}\n`);
if (!canPin)
  console.log('The processes share their cores: a second core and taskset make the figures steadier.\n');
console.log(JSON.stringify(summary(), rounded));
process.exit(isWhole(weir) && isWhole(relay) ? 0 : 1);

function parsed(): Options {
  try {
    return optionsOf(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    process.exit(2);
  }
}

/** The upstream goes on through all rounds; each round has a fresh server and a fresh client. */
async function measured(): Promise<Measured[]> {
  const upstream = await startUpstream([options.script, warmScript]);
  const all: Measured[] = [];
  try {
    for (let round = 1; round <= options.rounds; round += 1) {
      // Neither is always first.
      const order: TargetName[] = round % 2 === 1 ? ['relay', 'weir'] : ['weir', 'relay'];
      for (const name of order) all.push(await measure(name, upstream, round));
    }
  } finally {
    await upstream.stop();
  }
  return all;
}

async function measure(name: TargetName, upstream: Target, round: number): Promise<Measured> {
  const flags = options.profile ? ['--cpu-prof', `--cpu-prof-dir=${options.profile}`] : [];
  const { streams, perSocket, rampMs, script } = options;
  const target = await startTarget(name, { upstream: upstream.url, streams, flags });
  try {
    const { url, pid } = target;
    const warmUp = { streams: Math.min(WARM_STREAMS, streams), script: warmScript };
    const job: Job = {
      target: name,
      url,
      pid,
      upstream: upstream.url,
      streams,
      perSocket,
      rampMs,
      script,
      warmUp,
    };
    const client = startChild(['bench/client.ts', JSON.stringify(job)], { core: 0 });
    const result: Measured = JSON.parse(await outputOf(client, 'the client'));
    console.log(roundLine(round, result));
    return result;
  } finally {
    await target.stop();
  }
}

function headline({ streams, perSocket, script, rounds }: Options): string {
  const rate = script.everyMs === 0 ? 'as fast as it goes' : `${1_000 / script.everyMs} tokens/s each`;
  return `${streams} streams, ${rate}, ${script.tokens} tokens an answer, ${perSocket} a socket, rounds: ${rounds}
Node ${process.version}, ${cpus()[0]?.model.trim()} (${cpus().length} cores), ${new Date().toISOString()}`;
}

function roundLine(round: number, { target, words, wallMs, steady, reasons, upstream }: Measured): string {
  const cpu = steady ? `${(steady.cpu.total / steady.words).toFixed(1)} µs/token` : 'never all at once';
  const why = Object.entries(reasons).map(([reason, count]) => `; ${count} × ${reason}`);
  const late = `upstream late by ${(upstream.lateMs / Math.max(1, upstream.tokens)).toFixed(1)} ms on average`;
  const seconds = (wallMs / 1_000).toFixed(1);
  return `round ${round}  ${target.padEnd(5)}  ${words} tokens in ${seconds} s, ${cpu}, ${late}${why.join('')}`;
}

function summary() {
  return {
    bench: 'weir',
    at: new Date().toISOString(),
    node: process.version,
    cpu: cpus()[0]?.model.trim(),
    cores: cpus().length,
    pinned: canPin,
    ...options,
    seconds: Math.round((performance.now() - began) / 1_000),
    weir,
    relay,
    cpuRatio: ratioOf(weir.cpuPerToken, relay.cpuPerToken),
    memoryRatio: ratioOf(weir.memoryPerStream, relay.memoryPerStream),
    rounds,
  };
}

/** A line for machines needs no more digits than the clocks have. */
function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
}
