// `npm run soak`: hours of mixed faults against the real server, and what is left of them.

import { soakOptions } from './options.ts';
import { sampleLine } from './sample.ts';
import { soak } from './soak.ts';
import { trendLine } from './trend.ts';

const say = (line: string) => process.stdout.write(`${line}\n`);

const options = soakOptions(process.argv.slice(2));
say(`${options.people} people for ${options.minutes} min, seed ${options.seed}`);
const { trends, did, calls, wrongs } = await soak(options, (sample) => say(sampleLine(sample)));
say(`\n${calls} calls; ${[...did].map(([act, count]) => `${act} ${count}`).join(', ')}`);
say('At rest, from the end of the warm-up to the end:');
for (const trend of trends) say(trendLine(trend));
for (const wrong of wrongs) say(`✗ ${wrong}`);
process.exitCode = wrongs.length > 0 ? 1 : 0;
