import { type ApiResource, formatReference, NotServed, ResourceMapper, referenceOf } from './reference.ts';

const resource = (apiVersion: string, name: string, kind: string, namespaced: boolean): ApiResource => ({
  apiVersion,
  group: apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '',
  name,
  kind,
  namespaced,
  verbs: ['get', 'list'],
});

const mapper = new ResourceMapper([
  resource('v1', 'pods', 'Pod', true),
  resource('v1', 'nodes', 'Node', false),
  resource('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', true),
  resource('autoscaling/v1', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', true),
]);

test('the path of an object names its group, its version and, where it has one, its namespace', () => {
  expect(mapper.path({ apiVersion: 'v1', kind: 'Pod', namespace: 'a', name: 'b' })).toBe('/api/v1/namespaces/a/pods/b');
  expect(mapper.path({ apiVersion: 'v1', kind: 'Node', name: 'server' })).toBe('/api/v1/nodes/server');
  expect(mapper.collection({ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler' })).toBe(
    '/apis/autoscaling/v2/horizontalpodautoscalers',
  );
});

test('a name is escaped in the path', () => {
  expect(mapper.path({ apiVersion: 'v1', kind: 'Node', name: 'system:Foo/bar' })).toBe('/api/v1/nodes/system%3AFoo%2Fbar');
});

test('a kind that is served in another version is found in the one that the API server prefers', () => {
  expect(mapper.versionOf('autoscaling', 'HorizontalPodAutoscaler')).toBe('autoscaling/v2');
  expect(mapper.versionOf('batch', 'Job')).toBeUndefined();
});

test('a kind that is not served is an error that names it', () => {
  expect(() => mapper.path({ apiVersion: 'v1', kind: 'Widget', name: 'w' })).toThrow(NotServed);
  expect(() => mapper.path({ apiVersion: 'v1', kind: 'Widget', name: 'w' })).toThrow('Widget of v1');
});

test('a reference is formatted with kind, namespace and name', () => {
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b', namespace: 'a' } };
  expect(formatReference(referenceOf(pod))).toBe('Pod a/b');
});
