import { conformantReport, sampleReport } from './testing/sample-report.ts';
import { distribution, formatDuration, verdictSentence } from './words.ts';

test('a duration is told in the unit one would say it in, and rounds into the next one', () => {
  expect([0, 999, 999.6, 12_100, 59_940, 59_960, 84_300, 119_700].map(formatDuration)).toEqual([
    '0 ms',
    '999 ms',
    '1.0 s',
    '12.1 s',
    '59.9 s',
    '1 min 0 s',
    '1 min 24 s',
    '2 min 0 s',
  ]);
});

test('a Kubernetes is called K3s or upstream only where its version says so', () => {
  expect(distribution({ kubernetes: 'v1.24.17+k3s1' })).toBe('K3s v1.24.17+k3s1');
  expect(distribution({ kubernetes: 'v1.34.1' })).toBe('upstream Kubernetes v1.34.1');
  expect(distribution({ kubernetes: 'v1.31.2-gke.1' })).toBe('Kubernetes v1.31.2-gke.1');
  expect(distribution({ kubernetes: '' })).toBe('Kubernetes of unknown version');
});

test('the sentence of a verdict tells what ran and what did not hold', () => {
  expect(verdictSentence(conformantReport())).toBe('All 23 judged requirements hold.');
  expect(verdictSentence(sampleReport({ verdict: 'partial', reason: 'Only access was asked for.' }))).toBe(
    'Only access was asked for. Of 21 judged requirements, 2 failed (1 recommendation not followed, 1 known issue).',
  );
});
