import { knownTargets } from '../../exporter/known.ts';
import { deriveTarget } from '../../exporter/target.ts';
import { argument, container, extraObject, podSpec, rules, service } from './changes.ts';
import type { Change } from './mutant.ts';

const facts = { workloadImage: 'busybox:1.36' };
const rendering = knownTargets.agent.rendering();
const targetAfter = (change: Change) => deriveTarget(change(rendering, facts), { name: 'mutant' });

test('A change is applied to a copy: the next mutant begins with the same manifests', () => {
  const before = JSON.stringify(rendering);

  const changed = podSpec((spec) => {
    delete spec.tolerations;
  })(rendering, facts);

  expect(JSON.stringify(rendering)).toBe(before);
  expect(JSON.stringify(changed)).not.toContain('tolerations');
});

test('A rule is added to the role that the exporter is bound to', () => {
  const rule = { apiGroups: [''], resources: ['pods'], verbs: ['delete'] };

  const { access } = targetAfter(rules((drafts) => drafts.push(rule)));

  expect(access.roles[0]?.rules).toContainEqual(rule);
});

test('An argument is added to the exporter', () => {
  expect(targetAfter(argument('--no-such-argument')).arguments).toContain('--no-such-argument');
});

test('The container and the Service are changed, and nothing else', () => {
  const { probes } = targetAfter(
    container((draft) => {
      delete draft.livenessProbe;
    }),
  );
  const changed = service(({ spec }) => {
    delete spec.clusterIP;
  })(rendering, facts);

  expect(Object.keys(probes)).toEqual(['readiness']);
  expect(changed.filter((object, index) => object !== rendering[index]).map(({ kind }) => kind)).toEqual(['Service']);
});

test('An added object has the labels of the others', () => {
  const added = extraObject({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'stray', namespace: 'default' } });

  const object = added(rendering, facts).at(-1);

  expect(object?.metadata.namespace).toBe('default');
  expect(object?.metadata.labels?.['app.kubernetes.io/name']).toBe('kube-state-metrics');
});

test('A change without an object to change is refused', () => {
  expect(() => rules(() => undefined)([], facts)).toThrow('A mutant changes exactly one ClusterRole; the manifests have 0.');
});
