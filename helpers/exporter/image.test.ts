import { isExporterImage, releaseOf, repositoryOf, resolveImage, tagOf } from './image.ts';

const guide = 'registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.5.0';

test('an image has a repository and a tag, also with a port of the registry', () => {
  expect(repositoryOf('localhost:5000/exporter:v1')).toBe('localhost:5000/exporter');
  expect(repositoryOf('localhost:5000/exporter')).toBe('localhost:5000/exporter');
  expect(repositoryOf('exporter:v1@sha256:abc')).toBe('exporter');
  expect(tagOf('localhost:5000/exporter')).toBeUndefined();
  expect(tagOf('exporter:v1@sha256:abc')).toBe('v1');
});

test.each([
  ['rancher/mirrored-kube-state-metrics-kube-state-metrics:v2.10.1', true],
  ['docker.io/bitnami/kube-state-metrics@sha256:abc', true],
  ['registry.example:5000/kube-state-metrics-arm64', true],
  ['example.com/not-kube-state-metrics:v2.5.0', false],
  ['kube-state-metrics/web:1', false],
])('whether %s is an exporter: %s', (image, expected) => {
  expect(isExporterImage(image)).toBe(expected);
});

test('a tag keeps the repository', () => {
  expect(resolveImage('v2.20.0', guide)).toBe('registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.20.0');
});

test('a full image and a short name replace the image', () => {
  expect(resolveImage('localhost/exporter:v2.20.0', guide)).toBe('localhost/exporter:v2.20.0');
  expect(resolveImage('busybox', 'busybox:1.36')).toBe('busybox');
});

test('neither an image nor a tag is an error', () => {
  expect(() => resolveImage('v2.5.0 ', guide)).toThrow('"v2.5.0 " is neither an image nor a tag');
});

test('the release is that of the tag, or else of the label', () => {
  expect(releaseOf(guide, '2.20.0')).toEqual({ major: 2, minor: 5, patch: 0 });
  expect(releaseOf('exporter@sha256:abc', '2.20.0')).toEqual({ major: 2, minor: 20, patch: 0 });
  expect(() => releaseOf('exporter:latest', undefined)).toThrow('Set it with --image');
});
