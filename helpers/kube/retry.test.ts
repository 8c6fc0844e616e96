import { parseRetryAfter } from './retry.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

test.each([
  ['3', 3000],
  ['Thu, 01 Jan 2026 00:00:09 GMT', 9000],
  ['Wed, 31 Dec 2025 23:59:00 GMT', 0],
  ['soon', undefined],
  [undefined, undefined],
])('a Retry-After of %s is %s ms', (value, expected) => {
  expect(parseRetryAfter(value, now)).toBe(expected);
});
