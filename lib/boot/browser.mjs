import { existsSync } from 'node:fs';
import { end, tool, toolEnv } from './tool.mjs';

const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * The browser for the tests: the one named in WEIR_CHROMIUM, Playwright's own, or the machine's.
 * @returns {Promise<string | undefined>} path of the executable
 */
export async function findBrowser() {
  const { chromium } = await import('playwright');
  const places = [process.env.WEIR_CHROMIUM, chromium.executablePath(), ...usualPlaces];
  return places.find((place) => place && existsSync(place));
}

/** @returns {Array<[command: string, args: string[]]>} ways to get one, best first */
function waysToInstall() {
  /** @type {Array<[string, string[]]>} */
  const ways = [tool('playwright', 'install', 'chromium')];
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    ways.push(['sh', ['-c', 'apt-get update && apt-get install -y chromium']]);
  }
  return ways;
}

async function run() {
  let said = '';
  for (const [command, args] of waysToInstall()) {
    const { output } = await end(command, args, { env: { ...toolEnv(), DEBIAN_FRONTEND: 'noninteractive' } });
    if (await findBrowser()) return;
    said += output;
  }
  throw new Error(said);
}

/**
 * The step that brings a browser when the machine has none.
 * @returns {Promise<import('./step.mjs').Step>}
 */
export async function browserStep() {
  const found = await findBrowser();
  return {
    name: 'browser',
    doing: 'Installing Chromium for the tests',
    advice: 'No Chromium could be installed. Install Chromium or Chrome, or name one in WEIR_CHROMIUM.',
    current: () => found !== undefined,
    run,
  };
}
