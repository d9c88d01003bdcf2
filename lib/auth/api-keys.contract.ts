import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiKeys, mostKeys } from './api-keys.ts';

export interface ApiKeysOnTrial {
  keys: ApiKeys;
  newUser(): Promise<string>;
  /** Everything that is stored of keys, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
}

/** What every ApiKeys promises. @param open with a clock that it must use */
export function apiKeysContract(name: string, open: (now: () => number) => Promise<ApiKeysOnTrial>): void {
  describe(`${name} keeps the promises of ApiKeys`, () => {
    let world: ApiKeysOnTrial;
    let time = 1_790_000_000_000;
    beforeAll(async () => {
      world = await open(() => time);
    });
    afterAll(() => world.close());

    it("[H20] a key is its maker's, and shows its last four characters only", async () => {
      const anna = await world.newUser();
      const { key, info } = await world.keys.create(anna, 'laptop');
      expect(key).toMatch(/^weir-[\w-]{43}$/);
      expect(info).toMatchObject({
        name: 'laptop',
        lastFour: key.slice(-4),
        createdAt: time,
        lastUsedAt: null,
      });
      expect(await world.keys.owner(key)).toEqual({ userId: anna, keyId: info.id });
      expect(JSON.stringify(await world.keys.list(anna))).not.toContain(key.slice(0, -4));
      expect(await world.dump()).not.toContain(key.slice(5));
    });

    it.each([
      '',
      'weir-',
      'sk-123',
      `weir-${'a'.repeat(43)}`,
      `weir-${'a'.repeat(100_000)}`,
      "weir-' OR 1=1",
    ])("[H20] %.20j is nobody's", async (key) => expect(await world.keys.owner(key)).toBeNull());

    it('[H21] a revoked key is worth nothing at once, and is not listed', async () => {
      const anna = await world.newUser();
      const { key, info } = await world.keys.create(anna, 'a');
      const other = await world.keys.create(anna, 'b');
      expect(await world.keys.revoke(anna, info.id)).toBe(true);
      expect(await world.keys.revoke(anna, info.id)).toBe(true);
      expect(await world.keys.owner(key)).toBeNull();
      expect((await world.keys.list(anna)).map(({ id }) => id)).toEqual([other.info.id]);
      expect(await world.keys.owner(other.key)).not.toBeNull();
    });

    it('[H21] keys of others are neither seen nor revoked, and an id that is none is unknown', async () => {
      const [anna, ben] = [await world.newUser(), await world.newUser()];
      const { key, info } = await world.keys.create(anna, 'mine');
      expect(await world.keys.list(ben)).toEqual([]);
      for (const id of [info.id, '00000000-0000-7000-8000-000000000000', 'no id', '']) {
        expect(await world.keys.revoke(ben, id)).toBe(false);
      }
      expect(await world.keys.owner(key)).toEqual({ userId: anna, keyId: info.id });
    });

    it('newest first, with their last use to the minute', async () => {
      const anna = await world.newUser();
      const { key } = await world.keys.create(anna, 'old');
      time += 1_000;
      await world.keys.create(anna, 'new');
      const usedAt = async () => (await world.keys.list(anna)).map(({ lastUsedAt }) => lastUsedAt);
      const first = time;
      await world.keys.owner(key);
      expect(await usedAt()).toEqual([null, first]);
      time += 59_000;
      await world.keys.owner(key);
      expect(await usedAt()).toEqual([null, first]);
      time += 1_000;
      await world.keys.owner(key);
      expect(await usedAt()).toEqual([null, time]);
      expect((await world.keys.list(anna)).map(({ name }) => name)).toEqual(['new', 'old']);
    });

    it(`${mostKeys} keys are enough; revoking makes room`, async () => {
      const anna = await world.newUser();
      for (let made = 0; made < mostKeys; made += 1) await world.keys.create(anna, `key ${made}`);
      await expect(world.keys.create(anna, 'more')).rejects.toMatchObject({ code: 'too_many_requests' });
      const [newest] = await world.keys.list(anna);
      await world.keys.revoke(anna, newest?.id ?? '');
      expect((await world.keys.create(anna, 'again')).info.name).toBe('again');
    });
  });
}
