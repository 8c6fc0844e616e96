import { judge } from './judgement.ts';

const mutant = { sentence: 'The Service has a cluster IP.', fails: ['dns/headless'] };
const selected = ['dns/headless', 'dns/resolves-to-ready-pods'];
const result = (id: string, status: 'passed' | 'failed' | 'blocked') => ({ id, status, actual: `${id} failed` });
const judged = (...results: readonly ReturnType<typeof result>[]) =>
  judge('service-has-a-cluster-ip', mutant, { results, selected });

test('A mutant is killed when its requirement fails and no other; what needs it is blocked', () => {
  expect(judged(result('dns/headless', 'failed'), result('dns/resolves-to-ready-pods', 'blocked')).fate).toBe('killed');
});

test('A failure that the requirement explains is its consequence, and no second failure', () => {
  const consequence = { ...result('dns/resolves-to-ready-pods', 'failed'), causedBy: 'dns/headless' };

  const judgement = judged(result('dns/headless', 'failed'), consequence);

  expect(judgement).toMatchObject({ fate: 'killed', failed: ['dns/headless'] });
  expect(judgement.statuses).toEqual({ 'dns/headless': 'failed', 'dns/resolves-to-ready-pods': 'failed' });
});

test('A second failure is killed by another, as one defect must be one failure', () => {
  const judgement = judged(result('dns/headless', 'failed'), result('dns/resolves-to-ready-pods', 'failed'));

  expect(judgement.fate).toBe('killed-by-another');
  expect(judgement.failed).toEqual(['dns/headless', 'dns/resolves-to-ready-pods']);
});

test('A mutant that only another requirement fails for is killed by another', () => {
  expect(judged(result('dns/headless', 'passed'), result('dns/resolves-to-ready-pods', 'failed')).fate).toBe('killed-by-another');
});

test('A mutant for which no requirement fails has survived', () => {
  expect(judged(result('dns/headless', 'passed')).fate).toBe('survived');
});

test('A mutant whose requirement is not applicable is an error', () => {
  const judgement = judge('x', mutant, { results: [], selected: ['dns/refuses-a-wrong-name'] });

  expect(judgement.fate).toBe('error');
  expect(judgement.observations.x).toBe('not applicable here: dns/headless');
});

test('A mutant whose requirement was not verified, as the cluster failed, is an error with that reason, and has not survived', () => {
  const reason = 'The cluster failed: Prometheus did not become Ready.';
  const results = [{ id: 'dns/headless', status: 'skipped' as const, reason }, result('dns/resolves-to-ready-pods', 'passed')];

  const judgement = judge('x', mutant, { results, selected });

  expect(judgement.fate).toBe('error');
  expect(judgement.observations.x).toBe(`dns/headless was skipped: ${reason}`);
});
