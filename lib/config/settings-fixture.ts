import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { loadConfig } from '../config.ts';
import { StartupError } from '../startup-error.ts';

let cwd = '';

export type Env = Record<string, string>;

/** A folder of its own for each test of the file that calls this. */
export function inNewFolders(): void {
  beforeEach(() => {
    cwd = mkdtempSync(join(tmpdir(), 'weir-config-'));
  });
  afterEach(() => rmSync(cwd, { recursive: true }));
}

/** The folder of this test. */
export const folder = () => cwd;

export const load = (env: Env = {}) => loadConfig(env, { cwd });

/** The lines of the refusal; none when the settings are fine. */
export function problems(env: Env): string[] {
  try {
    load(env);
  } catch (error) {
    expect(error).toBeInstanceOf(StartupError);
    return error instanceof Error ? error.message.split('\n') : [];
  }
  return [];
}

/** Writes weir.config.json. */
export function file(content: unknown): void {
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  writeFileSync(join(cwd, 'weir.config.json'), text);
}
