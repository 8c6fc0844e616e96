import { releaseOf, repositoryOf, resolveImage, tagOf } from './image.ts';

const guide = 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.5.0';

test('an image is taken apart, whether or not its registry has a port', () => {
  expect(repositoryOf('localhost:5000/exporter:v1')).toBe('localhost:5000/exporter');
  expect(repositoryOf('localhost:5000/exporter')).toBe('localhost:5000/exporter');
  expect(repositoryOf('exporter:v1@sha256:abc')).toBe('exporter');
  expect(tagOf('localhost:5000/exporter')).toBeUndefined();
  expect(tagOf('exporter:v1@sha256:abc')).toBe('v1');
});

test('a tag alone keeps the repository', () => {
  expect(resolveImage('v2.20.0', guide)).toBe('registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0');
});

test('a whole image replaces the other, and so does its short name', () => {
  expect(resolveImage('localhost/exporter:v2.20.0', guide)).toBe('localhost/exporter:v2.20.0');
  expect(resolveImage('busybox', 'busybox:1.36')).toBe('busybox');
});

test('what can be neither is refused', () => {
  expect(() => resolveImage('v2.5.0 ', guide)).toThrow('"v2.5.0 " is neither an image nor the tag of one');
});

test('the tag tells the release, and the label where the tag does not', () => {
  expect(releaseOf(guide, '2.20.0')).toEqual({ major: 2, minor: 5, patch: 0 });
  expect(releaseOf('exporter@sha256:abc', '2.20.0')).toEqual({ major: 2, minor: 20, patch: 0 });
  expect(() => releaseOf('exporter:latest', undefined)).toThrow('Name one with --image');
});
