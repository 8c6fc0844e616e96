import { convert } from 'xmlbuilder2';
import { renderJunit } from './junit.ts';
import { conformantReport, hostileReport, sampleReport } from './testing/sample-report.ts';

function attributes(xml: string, element: string): Record<string, string>[] {
  return [...xml.matchAll(new RegExp(`<${element} ([^>]*?)/?>`, 'g'))].map(([, text = '']) =>
    Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value])),
  );
}

test('every requirement is a test case in the suite of its area', () => {
  const { notPromised: _, ...report } = sampleReport();
  const xml = renderJunit(report);
  expect(attributes(xml, 'testcase').map(({ name }) => name?.split(':')[0])).toEqual(report.requirements.map(({ id }) => id));
  expect(attributes(xml, 'testsuite').map(({ name }) => name)).toEqual([...new Set(report.requirements.map(({ area }) => area))]);
});

test('only a must that failed is a failure, with its observation and its cause as the message', () => {
  const failures = attributes(renderJunit(sampleReport()), 'failure').map(({ message }) => message);
  expect(failures).toEqual([
    'Pending: 0/1 nodes are available: 1 node(s) had untolerated taint {k3s-controlplane: true}',
    'caused by scheduling/tolerates-control-plane: no pod of the Deployment on server',
    'delete pods: allowed (200, dry run)',
  ]);
});

test('recommendations, known issues, and requirements that are blocked or not applicable are skipped with a message', () => {
  const skipped = attributes(renderJunit(sampleReport()), 'skipped').map(({ message }) => message?.split(':')[0]);
  expect(skipped).toEqual([
    'blocked',
    'not applicable',
    'should, but fails',
    'known-issue',
    'not promised, would be met',
    'not promised, would not be met',
    'not promised, not verified',
  ]);
});

test('the totals are those of the cases', () => {
  expect(attributes(renderJunit(sampleReport()), 'testsuites')).toMatchObject([
    { tests: '27', failures: '3', errors: '0', skipped: '7', time: '84.300' },
  ]);
});

test('a run that the cluster ended is an error', () => {
  const xml = renderJunit(conformantReport({ verdict: 'infrastructure', reason: 'The API server stopped answering.' }));
  expect(attributes(xml, 'error')).toMatchObject([
    { type: 'infrastructure', message: expect.stringContaining('stopped answering') },
  ]);
  expect(attributes(renderJunit(conformantReport()), 'error')).toEqual([]);
});

test('a run in which a selected requirement was not verified is an error too', () => {
  const xml = renderJunit(conformantReport({ verdict: 'partial', partial: 'unverified' }));
  expect(attributes(xml, 'testsuites')).toMatchObject([{ errors: '1' }]);
});

test('an observation is escaped, without the characters that XML forbids', () => {
  const xml = renderJunit(hostileReport());
  expect(xml).not.toContain('<script>');
  expect(xml.includes('\u0001') || xml.includes('\x1b')).toBe(false);
  expect(attributes(xml, 'failure')[0]?.message).toBe('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; ```');
  expect(() => convert(xml, { format: 'object' })).not.toThrow();
});

test('on the simulated cluster every case and every message is marked', () => {
  const xml = renderJunit(sampleReport({ evidence: 'simulated' }));
  const texts = ['testsuites', 'testsuite', 'testcase']
    .flatMap((element) => attributes(xml, element).map(({ name }) => name ?? ''))
    .concat(['failure', 'skipped'].flatMap((element) => attributes(xml, element).map(({ message }) => message ?? '')));
  expect(texts.length).toBeGreaterThan(35);
  expect(texts.filter((text) => !text.includes('simulated'))).toEqual([]);
});
