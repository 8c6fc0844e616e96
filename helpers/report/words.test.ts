import { conformantReport, sampleReport } from './testing/sample-report.ts';
import { distribution, formatDuration, verdictSentence } from './words.ts';

test('a duration has the unit that fits, and rounds into the next one', () => {
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

test('a Kubernetes is called K3s or upstream only where its version shows it', () => {
  expect(distribution({ kubernetes: 'v1.24.17+k3s1' })).toBe('K3s v1.24.17+k3s1');
  expect(distribution({ kubernetes: 'v1.34.1' })).toBe('upstream Kubernetes v1.34.1');
  expect(distribution({ kubernetes: 'v1.31.2-gke.1' })).toBe('Kubernetes v1.31.2-gke.1');
  expect(distribution({ kubernetes: '' })).toBe('Kubernetes of unknown version');
});

test('the sentence of a verdict has the number of judged requirements and of those that failed', () => {
  expect(verdictSentence(conformantReport())).toBe('All 24 judged requirements hold.');
  expect(verdictSentence(sampleReport({ verdict: 'partial', reason: 'Only access was selected.' }))).toBe(
    'Only access was selected. Of 22 judged requirements, 3 failed (of these, 1 consequence, 1 more blocked, 1 recommendation not followed, 1 known issue).',
  );
});
