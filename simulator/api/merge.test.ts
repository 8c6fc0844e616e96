import { jsonPatch, serverSideApply, strategicPatch } from './merge.ts';

describe('server-side apply', () => {
  const first = { metadata: { labels: { a: '1', b: '2' } }, spec: { containers: [{ name: 'main', image: 'one' }] } };

  test('deletes what the same manager applied before and omits now', () => {
    const next = { metadata: { labels: { a: '1' } }, spec: { containers: [] } };
    expect(serverSideApply(first, first, next)).toEqual({ metadata: { labels: { a: '1' } }, spec: { containers: [] } });
  });

  test('keeps what others have added', () => {
    const live = {
      metadata: { labels: { a: '1', b: '2', theirs: 'x' } },
      spec: { containers: [{ name: 'main', image: 'one', imagePullPolicy: 'Always' }, { name: 'injected' }] },
    };
    expect(serverSideApply(live, first, first)).toEqual(live);
  });

  test('identifies the ports of a Service by number and protocol', () => {
    const live = { ports: [{ port: 53, protocol: 'UDP', nodePort: 30_000 }] };
    const sent = { ports: [{ port: 53 }, { port: 53, protocol: 'UDP' }] };
    expect(serverSideApply(live, undefined, sent)).toEqual({
      ports: [{ port: 53, protocol: 'UDP', nodePort: 30_000 }, { port: 53 }],
    });
  });
});

test('a strategic patch adds an ephemeral container to the existing ones', () => {
  const live = { spec: { ephemeralContainers: [{ name: 'first' }], tolerations: [{ key: 'a' }] } };
  const patched = strategicPatch(live, { spec: { ephemeralContainers: [{ name: 'second' }], tolerations: [{ key: 'b' }] } });
  expect(patched).toEqual({
    spec: { ephemeralContainers: [{ name: 'first' }, { name: 'second' }], tolerations: [{ key: 'b' }] },
  });
});

test('a JSON patch of a path that does not exist is rejected, and changes nothing', () => {
  const live = { spec: {} };
  expect(() => jsonPatch(live, [{ op: 'replace', path: '/spec/replicas', value: 2 }])).toThrow('/spec/replicas');
  expect(live).toEqual({ spec: {} });
});
