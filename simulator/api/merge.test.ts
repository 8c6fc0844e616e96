import { applied, jsonPatch, strategicPatch } from './merge.ts';

describe('server-side apply', () => {
  const first = { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [{ name: 'main', image: 'one' }] } };

  test('takes away what the same manager applied before and now leaves out', () => {
    const next = { metadata: { labels: { a: '1' } }, spec: { containers: [] } };
    expect(applied(first, first, next)).toEqual({ metadata: { labels: { a: '1' } }, spec: { containers: [] } });
  });

  test('leaves alone what others have added', () => {
    const live = {
      metadata: { labels: { a: '1', b: '2', theirs: 'x' } },
      spec: { containers: [{ name: 'main', image: 'one', imagePullPolicy: 'Always' }, { name: 'injected' }] },
    };
    expect(applied(live, first, first)).toEqual(live);
  });

  test('tells the ports of a Service by number and protocol', () => {
    const live = { ports: [{ port: 53, protocol: 'UDP', nodePort: 30_000 }] };
    const wanted = { ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }] };
    expect(applied(live, undefined, wanted)).toEqual({ ports: [{ port: 53, protocol: 'UDP', nodePort: 30_000 }, { port: 53 }] });
  });
});

test('a strategic patch adds an ephemeral container beside those that are there', () => {
  const live = { spec: { ephemeralContainers: [{ name: 'first' }], tolerations: [{ key: 'a' }] } };
  const patched = strategicPatch(live, { spec: { ephemeralContainers: [{ name: 'second' }], tolerations: [{ key: 'b' }] } });
  expect(patched).toEqual({
    spec: { ephemeralContainers: [{ name: 'first' }, { name: 'second' }], tolerations: [{ key: 'b' }] },
  });
});

test('a JSON patch of a path that is not there is refused, and changes nothing', () => {
  const live = { spec: {} };
  expect(() => jsonPatch(live, [{ op: 'replace', path: '/spec/replicas', value: 2 }])).toThrow('/spec/replicas');
  expect(live).toEqual({ spec: {} });
});
