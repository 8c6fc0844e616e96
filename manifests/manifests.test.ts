import { spawnSync } from 'node:child_process';
import { knownTargets } from '../helpers/exporter/known.ts';
import { parseManifests } from '../helpers/exporter/render.ts';
import type { KubernetesObject } from '../helpers/kube/object.ts';
import { formatReference, referenceOf } from '../helpers/kube/reference.ts';
import { build } from './build.testing.ts';

const targets = Object.values(knownTargets).map((target) => ({ name: target.name, target }));
const byReference = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries(objects.map((object) => [formatReference(referenceOf(object)), object]));

describe.each(targets)('the target $name', ({ target }) => {
  test('has the rendering that its kustomization says', () => {
    const built = build(target.directory) as unknown as KubernetesObject[];
    expect(byReference(target.rendering())).toEqual(byReference(built));
  });

  test('renders to what its documentation lists', () => {
    expect(byReference(target.rendering())).toEqual(byReference(target.documented));
  });

  test('is rendered so that what others need comes first', () => {
    const kinds = target.rendering().map(({ kind }) => kind);
    const needed = ['Namespace', 'ServiceAccount', 'ClusterRole', 'ClusterRoleBinding', 'Service', 'Deployment'];
    expect(kinds).toEqual(needed.filter((kind) => kinds.includes(kind)));
  });
});

const hasKubectl = spawnSync('kubectl', ['kustomize', '--help']).status === 0;

// Where there is kubectl it is asked as well: the test above knows only as much of kustomize as these manifests use.
if (hasKubectl) {
  test.each(targets)(
    'kubectl renders $name to the data',
    ({ target }) => {
      const { stdout } = spawnSync('kubectl', ['kustomize', target.directory], { encoding: 'utf8' });
      expect(parseManifests(stdout, 'kubectl kustomize')).toEqual(target.rendering());
    },
    20_000,
  );
}
