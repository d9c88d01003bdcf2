// One round against one server, run as a process of its own: `node bench/client.ts <job>`. Prints what it measured.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel } from './channel.ts';
import type { Job, Measured } from './job.ts';
import { drive, type Outcome } from './load.ts';
import { openRelayChannel } from './relay-channel.ts';
import { lengthMs } from './script.ts';
import type { UpstreamStats } from './upstream.ts';
import { type Cpu, cpuBetween, cpuOf, forgetPeak, memoryOf } from './usage.ts';
import { newPerson, openWeirChannel } from './weir-channel.ts';

const WARM_CHANNELS = 4;
/** For what goes on behind an ending or a greeting. */
const REST_MS = 800;
const PATIENCE_MS = 120_000;
/** Sockets opened side by side. */
const HANDS = 16;
/** People come in without waiting only so often; beyond that several sockets are tabs of one person. */
const MOST_PEOPLE = 1_500;

const job: Job = JSON.parse(process.argv[2] ?? '');
const nothing = () => undefined;

process.stdout.write(`${JSON.stringify(await measure())}\n`);
process.exit(0);

async function measure(): Promise<Measured> {
  await warmUp();
  await stats('reset');
  const idle = memoryOf(job.pid);
  forgetPeak(job.pid);
  const channels = await openChannels(Math.ceil(job.streams / job.perSocket));
  await sleep(REST_MS);
  const { outcome, cpu, steady } = await load(channels);
  const peak = memoryOf(job.pid);
  const { target } = job;
  const upstream = await stats('stats');
  const memoryKiB = idle && peak ? peak.peak - idle.now : null;
  return { ...outcome, target, cpu, steady, memoryKiB, idleKiB: idle?.now ?? null, upstream };
}

interface Mark {
  cpu: Cpu | null;
  words: number;
  at: number;
}

async function load(channels: Channel[]) {
  const mark = (words: number): Mark => ({ cpu: cpuOf(job.pid), words, at: performance.now() });
  const marks: Mark[] = [];
  const before = cpuOf(job.pid);
  const outcome: Outcome = await drive({
    ...job,
    channels,
    patienceMs: PATIENCE_MS + lengthMs(job.script),
    onSteady: (words) => marks.push(mark(words)),
    onFirstEnd: (words) => marks.push(mark(words)),
  });
  const after = cpuOf(job.pid);
  const cpu = before && after ? cpuBetween(before, after) : null;
  return { outcome, cpu, steady: steadyOf(marks) };
}

function steadyOf([from, to]: Mark[]): Measured['steady'] {
  if (!from?.cpu || !to?.cpu || to.words === from.words) return null;
  return { cpu: cpuBetween(from.cpu, to.cpu), words: to.words - from.words, ms: to.at - from.at };
}

/** Code that has run before, pages that are there: what is measured afterwards are streams. */
async function warmUp(): Promise<void> {
  const { streams, script } = job.warmUp;
  const channels = await openChannels(Math.min(WARM_CHANNELS, streams));
  const options = { streams, script, channels, onSteady: nothing, onFirstEnd: nothing };
  const { reasons } = await drive({ ...options, rampMs: 500, patienceMs: PATIENCE_MS });
  const [why] = Object.keys(reasons);
  if (why !== undefined) throw new Error(`the warm-up failed: ${why}`);
  for (const channel of channels) channel.close();
  await sleep(REST_MS);
}

async function openChannels(count: number): Promise<Channel[]> {
  const channels: Channel[] = [];
  const people = new Map<number, Promise<string>>();
  const open = async (at: number): Promise<Channel> => {
    if (job.target === 'relay') return openRelayChannel(job.url);
    const who = at % MOST_PEOPLE;
    const person = people.get(who) ?? newPerson(job.url);
    people.set(who, person);
    return openWeirChannel(job.url, await person);
  };
  let next = 0;
  const hand = async () => {
    while (next < count) {
      const at = next++;
      channels[at] = await open(at);
    }
  };
  await Promise.all(Array.from({ length: HANDS }, hand));
  return channels;
}

async function stats(path: 'stats' | 'reset'): Promise<UpstreamStats> {
  const method = path === 'reset' ? 'POST' : 'GET';
  const response = await fetch(`${job.upstream}/${path}`, { method });
  return (await response.json()) as UpstreamStats;
}
