import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { BatchUpload } from '#lib/wire/batch.ts';
import { RawClient } from '../raw-client.ts';
import { BatchDoor } from './batch-door.ts';
import { type House, openHouse } from './house.ts';
import { expectSound } from './invariants.ts';
import { asPage } from './session-door.ts';

let house: House;
beforeAll(async () => {
  house = await openHouse();
});
afterAll(() => house.close());

const hostile = '<script>document.title="run"</script>';
const hostileName = `${hostile}"\\\r\nX-Evil: 1\u202egpj.html`;

/** What keeps a browser from showing it as a page of ours. */
function expectOnlySaved({ status, headers }: Response): void {
  expect(status).toBe(200);
  expect(headers.get('content-disposition')).toMatch(
    /^attachment(; filename="[\w .-]+"; filename\*=UTF-8''[\w.%-]+)?$/,
  );
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-type')).not.toMatch(/html|xml|svg/);
  expect(headers.get('content-security-policy')).toMatch(/default-src|sandbox/);
  expect(headers.get('x-evil')).toBeNull();
}

it('[F147] [H67] [H70] results of a batch are only saved, whatever its name and its items are', async () => {
  const client = await RawClient.guest(house.weir.url);
  const door = new BatchDoor(house.weir, client);
  const name = encodeURIComponent(`${hostile}.svg`);
  const { fileId } = await door.ask<BatchUpload>('POST', `/files?format=lines&name=${name}`, hostile);
  const stages = [{ name: 'answer', template: '{{item}}', model: client.model, limit: 1 }];
  const id = randomUUID();
  await door.ask('POST', '', JSON.stringify({ id, name: hostileName, fileId, stages }));
  await door.over(id);
  for (const format of ['jsonl', 'csv']) {
    const response = await fetch(`${house.weir.url}/api/batches/${id}/results.${format}`, {
      headers: asPage(house.weir, client.cookie),
    });
    expectOnlySaved(response);
    expect(await response.text()).toContain('script>');
  }
  await expectSound({ ...house, clients: [client] });
});

it('[F147] [H70] a file of the API is only saved, whatever its name and its bytes are', async () => {
  const client = await RawClient.guest(house.weir.url);
  const made = await fetch(`${house.weir.url}/api/keys`, {
    method: 'POST',
    headers: { ...asPage(house.weir, client.cookie), 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'a key' }),
  });
  const { key } = (await made.json()) as { key: string };
  const headers = { authorization: `Bearer ${key}` };
  const request = { model: client.model, messages: [{ role: 'user', content: hostile }] };
  const line = { custom_id: hostile, method: 'POST', url: '/v1/chat/completions', body: request };
  const form = new FormData();
  form.set('purpose', 'batch');
  form.set('file', new File([`${JSON.stringify(line)}\n`], 'evil.html', { type: 'text/html' }));
  const sent = await fetch(`${house.weir.url}/v1/files`, { method: 'POST', headers, body: form });
  const { id } = (await sent.json()) as { id: string };
  const response = await fetch(`${house.weir.url}/v1/files/${id}/content`, { headers });
  expectOnlySaved(response);
  expect(await response.text()).toContain('script>');
  await expectSound({ ...house, clients: [client] });
});
