import { convert } from 'xmlbuilder2';
import { renderJunit } from './junit.ts';
import { hostileReport } from './testing/hostile-report.ts';
import { conformantReport, sampleReport } from './testing/sample-report.ts';

function attributes(xml: string, element: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`<${element} ([^>]*?)/?>`, 'g'))].map(([, text = '']) =>
    Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
  );
}

test('every requirement is a test case in the suite of its area', () => {
  const report = sampleReport();
  const xml = renderJunit(report);
  expect(attributes(xml, 'testcase').map(({ name }) => name?.split(':')[0])).toEqual(report.requirements.map(({ id }) => id));
  expect(attributes(xml, 'testsuite').map(({ name }) => name)).toEqual([...new Set(report.requirements.map(({ area }) => area))]);
});

test('only what breaks conformance is a failure, and its message is what was seen', () => {
  const failures = attributes(renderJunit(sampleReport()), 'failure').map(({ message }) => message);
  expect(failures).toEqual([
    'Pending: 0/1 nodes are available: 1 node(s) had untolerated taint {k3s-controlplane: true}',
    'delete pods: allowed (200, dry run)',
  ]);
});

test('recommendations, deviations and what was not judged are skipped and say why', () => {
  const skipped = attributes(renderJunit(sampleReport()), 'skipped').map(({ message }) => message?.split(':')[0]);
  expect(skipped).toEqual(['skipped', 'not applicable', 'should, but fails', 'known-issue']);
});

test('the totals are those of the cases', () => {
  expect(attributes(renderJunit(sampleReport()), 'testsuites')).toMatchObject([
    { tests: '23', failures: '2', errors: '0', skipped: '4', time: '84.300' },
  ]);
});

test('a run that the cluster ended is an error, so that nobody takes it for green', () => {
  const xml = renderJunit(conformantReport({ verdict: 'infrastructure', reason: 'The API server stopped answering.' }));
  expect(attributes(xml, 'error')).toMatchObject([
    { type: 'infrastructure', message: expect.stringContaining('stopped answering') },
  ]);
  expect(attributes(renderJunit(conformantReport()), 'error')).toEqual([]);
});

test('a run of which a part did not come about is an error too', () => {
  const xml = renderJunit(conformantReport({ verdict: 'partial', partial: 'came-about' }));
  expect(attributes(xml, 'testsuites')).toMatchObject([{ errors: '1' }]);
});

test('what was observed is text, and what XML forbids is left out', () => {
  const xml = renderJunit(hostileReport());
  expect(xml).not.toContain('<script>');
  expect(xml.includes('\u0001') || xml.includes('\x1b')).toBe(false);
  expect(attributes(xml, 'failure')[0]?.message).toBe('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; ```');
  expect(() => convert(xml, { format: 'object' })).not.toThrow();
});

test('on the simulated cluster every case and every message says so', () => {
  const xml = renderJunit(sampleReport({ evidence: 'simulated' }));
  const said = ['testsuites', 'testsuite', 'testcase']
    .flatMap((element) => attributes(xml, element).map(({ name }) => name ?? ''))
    .concat(['failure', 'skipped'].flatMap((element) => attributes(xml, element).map(({ message }) => message ?? '')));
  expect(said.length).toBeGreaterThan(35);
  expect(said.filter((text) => !text.includes('simulated'))).toEqual([]);
});
