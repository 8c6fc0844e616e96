import { deniedBeforeThePod } from './api-error.ts';

const denial = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'Forbidden', code: 403 });

test.each([401, 403])('a Status with %i on the way to a pod is of the API server', (status) => {
  expect(deniedBeforeThePod(status, Buffer.from(denial))).toBe(true);
});

test('an exporter that denies a request says so without a Status, and no other status is a denial', () => {
  expect(deniedBeforeThePod(401, Buffer.from('Unauthorized\n'))).toBe(false);
  expect(deniedBeforeThePod(403, Buffer.from('{"error":"forbidden"}'))).toBe(false);
  expect(deniedBeforeThePod(404, Buffer.from(denial))).toBe(false);
  expect(deniedBeforeThePod(200, Buffer.from(denial))).toBe(false);
});
