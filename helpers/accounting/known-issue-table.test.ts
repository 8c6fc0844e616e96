import { inRange } from '../version.ts';
import { knownIssues } from './known-issue-table.ts';

function expectedOf(requirement: string, exporter: string, kubernetes: string): string[] {
  return knownIssues
    .filter((each) => each.requirement === requirement)
    .filter((each) => inRange(exporter, each.exporter) && inRange(kubernetes, each.kubernetes))
    .map(({ id }) => id);
}

const reads = 'endpoints/reads-without-errors';

test('the guide’s exporter is expected to crash on a resource backend and to wait for slow readers', () => {
  expect(expectedOf('resilience/survives-resource-backend', 'v2.5.0', 'v1.24.17+k3s1')).toEqual(['ingress-resource-backend']);
  expect(expectedOf('resilience/outlives-a-slow-reader', 'v2.5.0', 'v1.24.17+k3s1')).toEqual(['slow-reader-blocks-scrapes']);
});

test('the current exporter is expected to do neither', () => {
  expect(expectedOf('resilience/survives-resource-backend', 'v2.20.0', 'v1.34.1')).toEqual([]);
  expect(expectedOf('resilience/outlives-a-slow-reader', 'v2.20.0', 'v1.34.1')).toEqual([]);
});

test('from Kubernetes 1.26 on, the autoscalers of the old exporters are expected to be missing', () => {
  expect(expectedOf(reads, 'v2.6.0', 'v1.34.1')).toEqual(['horizontalpodautoscalers-not-listed']);
  expect(expectedOf('exposition/horizontalpodautoscaler', 'v2.6.0', 'v1.34.1')).toEqual(['horizontalpodautoscalers-missing']);
});

test('on a cluster of its time the guide’s exporter is expected to read every resource that it requests', () => {
  expect(expectedOf(reads, 'v2.5.0', 'v1.24.17+k3s1')).toEqual([]);
});

test('the current exporter is expected to request mutating admission policies until Kubernetes serves them', () => {
  expect(expectedOf(reads, 'v2.20.0', 'v1.34.1')).toEqual(['mutating-admission-policies-not-listed']);
  expect(expectedOf(reads, 'v2.20.0', 'v1.36.0')).toEqual([]);
});

test('an API server that does not stream lists is expected to refuse streams to the exporters that request them', () => {
  expect(expectedOf(reads, 'v2.19.0', 'v1.33.4')).toContain('lists-not-streamed');
  expect(expectedOf(reads, 'v2.18.0', 'v1.33.4')).not.toContain('lists-not-streamed');
  expect(expectedOf(reads, 'v2.19.0', 'v1.34.1')).not.toContain('lists-not-streamed');
});

test('the ids of known issues are unique', () => {
  expect(new Set(knownIssues.map(({ id }) => id)).size).toBe(knownIssues.length);
});

test('a malformed range is refused with its part', () => {
  expect(() => inRange('v2.5.0', '^2.5')).toThrow('"^2.5" is not part of a version range');
});
