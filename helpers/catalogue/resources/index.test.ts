import { parseVersion } from '../../version.ts';
import { exposedResources } from '../exposed.ts';
import { tables } from './index.ts';

function families(release: string): readonly string[] {
  return exposedResources(tables, parseVersion(release), {}).flatMap(({ rows }) => rows.map(({ name }) => name));
}

test.each([
  ['v2.5.0', 28, 243],
  ['v2.6.0', 28, 246],
  ['v2.20.0', 32, 297],
])('%s exposes %i resources and %i families by default', (release, resources, count) => {
  expect(exposedResources(tables, parseVersion(release), {})).toHaveLength(resources);
  expect(families(release)).toHaveLength(count);
});

test('resources are unique, and so are the families of a release', () => {
  const resources = tables.map(({ resource }) => resource);

  expect(new Set(resources).size).toBe(resources.length);
  for (const release of ['v2.5.0', 'v2.6.0', 'v2.20.0']) {
    const names = families(release);
    expect(new Set(names).size).toBe(names.length);
  }
});

test('2.20 has all families of 2.5 except the two counts of endpoint addresses', () => {
  const everything = new Set(tables.map(({ resource }) => resource));
  const names = (release: string) =>
    exposedResources(tables, parseVersion(release), { resources: everything, metricOptInList: [/./] }).flatMap(({ rows }) =>
      rows.map(({ name }) => name),
    );
  const newest = new Set(names('v2.20.0'));

  expect(
    names('v2.5.0')
      .filter((name) => !newest.has(name))
      .sort(),
  ).toEqual(['kube_endpoint_address_available', 'kube_endpoint_address_not_ready']);
});
