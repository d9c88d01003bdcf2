import { expect, it } from 'vitest';
import { networkFailure } from './failures.ts';

const failed = (code: string) => networkFailure(Object.assign(new Error('no'), { code }));

it.each(['ECONNREFUSED', 'EMFILE', 'ENFILE'])(
  '[F87] [U16] a call that %s keeps from being made is worth another try',
  (code) => {
    expect(failed(code)).toMatchObject({ code: 'upstream_unreachable', retryable: true });
  },
);

it('[U16] an error that is not the network’s is a bug, and looks like one', () => {
  expect(failed('ERR_INVALID_ARG_TYPE')).toBeNull();
  expect(networkFailure('ECONNREFUSED')).toBeNull();
});
