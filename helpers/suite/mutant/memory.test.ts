import type { Interference } from './interference.ts';
import { late, remembered, scrapesAfter } from './memory.ts';

const query = new URLSearchParams();
const scrape = { method: 'GET', path: '/api/v1/namespaces/m/pods/exporter:8080/proxy/metrics', query, headers: {} };
const bodyOf = async (interference: Interference, body: string) =>
  (await interference.answer?.(scrape)?.({ status: 200, headers: {}, body }))?.body ?? body;

test('A series of an earlier scrape stays', async () => {
  const interference = remembered((line) => line.startsWith('a{'))();

  expect(await bodyOf(interference, 'a{x="1"} 1\nb{} 2\n')).toBe('a{x="1"} 1\nb{} 2\n');
  expect(await bodyOf(interference, 'b{} 3\n')).toBe('b{} 3\na{x="1"} 1\n');
});

test('A matching line is withheld, and any other is not', async () => {
  expect(await bodyOf(late(60_000, (line) => line.startsWith('a{'))(), 'a{} 1\nb{} 2\n')).toBe('b{} 2\n');
  expect(await bodyOf(late(0, (line) => line.startsWith('a{'))(), 'a{} 1\nb{} 2\n')).toBe('a{} 1\nb{} 2\n');
});

test('Scrapes are altered after the request', async () => {
  const interference = scrapesAfter(
    ({ method }) => method === 'DELETE',
    (answer) => ({ ...answer, body: 'altered' }),
  )();

  expect(await bodyOf(interference, 'unaltered')).toBe('unaltered');
  interference.answer?.({ ...scrape, method: 'DELETE', path: '/api/v1/namespaces/m/pods/exporter' });
  expect(await bodyOf(interference, 'unaltered')).toBe('altered');
});
