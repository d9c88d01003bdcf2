import { describe, expect, it } from 'vitest';
import { allowedOrigin, isOrigin, servedOrigins, servedSecurely } from './origins.ts';

const served = (host: string, extra: string[] = [], addresses: string[] = []) => [
  ...servedOrigins({ host, port: 3000, extra, addresses }),
];
const ofLoopback = ['http://127.0.0.1:3000', 'http://localhost:3000', 'http://[::1]:3000'];

describe('origins', () => {
  it.each(['127.0.0.1', 'localhost', '::1', '[::1]', 'LOCALHOST'])(
    '[I11] listening on %s allows the names of loopback',
    (host) => {
      expect(served(host)).toEqual(ofLoopback);
    },
  );

  it('[F133] [I11] listening on everything allows loopback and the bare addresses of this machine, but no name untold', () => {
    for (const host of ['0.0.0.0', '::', '[::]']) {
      const told = served(host, ['https://chat.example'], ['192.168.1.5', 'fe80::1%eth0']);
      expect(told).toEqual([
        ...ofLoopback,
        'http://192.168.1.5:3000',
        'http://[fe80::1]:3000',
        'https://chat.example',
      ]);
    }
  });

  it('[I11] listening on one address allows that one alone, and the usual port is not written', () => {
    expect(served('192.168.1.5')).toEqual(['http://192.168.1.5:3000']);
    expect([...servedOrigins({ host: 'chat.lan', port: 80, extra: [] })]).toEqual(['http://chat.lan']);
  });

  it.each<[string, string | undefined]>([
    ['none', undefined],
    ['empty', ''],
    ['null', 'null'],
    ['evil suffix', 'http://localhost:3000.evil.example'],
    ['evil prefix', 'http://evil-localhost:3000'],
    ['evil subdomain', 'http://localhost.evil.example:3000'],
    ['other port', 'http://localhost:3001'],
    ['no port', 'http://localhost'],
    ['longer port', 'http://localhost:30001'],
    ['other scheme', 'https://localhost:3000'],
    ['ws scheme', 'ws://localhost:3000'],
    ['upper case', 'HTTP://LOCALHOST:3000'],
    ['trailing dot', 'http://localhost.:3000'],
    ['trailing slash', 'http://localhost:3000/'],
    ['userinfo', 'http://localhost:3000@evil.example'],
    ['userinfo before', 'http://evil@localhost:3000'],
    ['two origins', 'http://localhost:3000, http://localhost:3000'],
    ['two origins by space', 'http://localhost:3000 http://evil.example'],
    ['space around', ' http://localhost:3000'],
    ['other spelling of the address', 'http://127.1:3000'],
    ['file', 'file://'],
    ['star', '*'],
    ['prototype', '__proto__'],
  ])('[F133] [I12] origin trick refused: %s', (_name, origin) => {
    expect(allowedOrigin(origin, servedOrigins({ host: '127.0.0.1', port: 3000, extra: [] }))).toBe(false);
  });

  it('[I12] exactly the allowed origins pass', () => {
    const allowed = servedOrigins({ host: '127.0.0.1', port: 3000, extra: ['https://chat.example'] });
    for (const origin of [...ofLoopback, 'https://chat.example'])
      expect(allowedOrigin(origin, allowed)).toBe(true);
  });

  it('[I12] a setting is an origin only as browsers write it', () => {
    for (const good of ['https://chat.example', 'http://10.0.0.1:8080', 'http://[::1]:3000'])
      expect(isOrigin(good)).toBe(true);
    const bad = [
      '',
      'null',
      '*',
      'chat.example',
      'https://chat.example/',
      'https://Chat.example',
      'https://chat.example:443',
    ];
    for (const text of [...bad, 'ftp://chat.example', 'https://a@chat.example', 'https://*.example']) {
      expect(isOrigin(text), text).toBe(false);
    }
  });

  it('[I13] cookies are Secure only when every told origin is HTTPS', () => {
    expect(servedSecurely([])).toBe(false);
    expect(servedSecurely(['https://a.example'])).toBe(true);
    expect(servedSecurely(['https://a.example', 'http://b.example'])).toBe(false);
  });
});
