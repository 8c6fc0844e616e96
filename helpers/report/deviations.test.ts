import { deviations } from './deviations.ts';
import { inRange } from './range.ts';

function expectedOn(exporter: string, kubernetes: string): string[] {
  return deviations
    .filter((each) => inRange(exporter, each.exporter) && inRange(kubernetes, each.kubernetes))
    .map(({ id }) => id);
}

test('the guide’s own exporter on a cluster of its time is expected to crash on a resource backend, and nothing else', () => {
  expect(expectedOn('v2.5.0', 'v1.24.17+k3s1')).toEqual(['ingress-resource-backend']);
});

test('from Kubernetes 1.26 on, the autoscalers of the old exporters are expected to be missing too', () => {
  expect(expectedOn('v2.6.0', 'v1.34.1')).toEqual([
    'ingress-resource-backend',
    'horizontalpodautoscalers-missing',
    'horizontalpodautoscalers-not-listed',
  ]);
});

test('the current exporter is expected to ask for mutating admission policies until Kubernetes serves them', () => {
  expect(expectedOn('v2.20.0', 'v1.34.1')).toEqual(['openmetrics-counter-type', 'mutating-admission-policies-not-listed']);
  expect(expectedOn('v2.20.0', 'v1.36.0')).toEqual(['openmetrics-counter-type']);
});

test('an API server that does not stream lists is expected to refuse them once to the exporters that ask for streams', () => {
  expect(expectedOn('v2.19.0', 'v1.33.4')).toContain('lists-not-streamed');
  expect(expectedOn('v2.18.0', 'v1.33.4')).not.toContain('lists-not-streamed');
  expect(expectedOn('v2.19.0', 'v1.34.1')).not.toContain('lists-not-streamed');
});

test('every deviation has an id of its own', () => {
  expect(new Set(deviations.map(({ id }) => id)).size).toBe(deviations.length);
});

test('a range that is not written as ranges are is refused by its part', () => {
  expect(() => inRange('v2.5.0', '^2.5')).toThrow('"^2.5" is not part of a version range');
});
