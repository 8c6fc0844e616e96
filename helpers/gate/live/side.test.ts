import { accessOf } from '../../exporter/find.ts';
import { knownTargets } from '../../exporter/known.ts';
import { sideTarget } from './side.ts';

const side = (name: 'old' | 'new') => sideTarget({ name, run: 'r', manifests: knownTargets.agent.rendering(), image: 'v2.6.0' });

test('each side has a namespace and names of its own, so that both fit into one cluster', () => {
  const names = (['old', 'new'] as const).map((name) =>
    side(name).objects.map(({ kind, metadata }) => `${kind} ${metadata.namespace ?? ''}/${metadata.name}`),
  );

  expect(names[0]?.filter((name) => names[1]?.includes(name))).toEqual([]);
  expect(names[1]).toContain('Namespace /conformance-r-new');
  expect(names[1]).toContain('ClusterRole /gate-r-new-mntr-agent-kube-state-metrics');
});

test('under its new names the account still has its role, and the pods their account and Service', () => {
  const target = side('old');

  expect(target.serviceAccountName).toBe('gate-r-old-mntr-agent-kube-state-metrics');
  expect(target.serviceAccount?.metadata.namespace).toBe('conformance-r-old');
  expect(accessOf(target.objects, { name: target.serviceAccountName, namespace: target.namespace }).roles).toHaveLength(1);
  expect(target.fqdn('cluster.local')).toBe('gate-r-old-mntr-agent-kube-state-metrics.conformance-r-old.svc.cluster.local');
  expect(target.image).toBe('registry.k8s.io/kube-state-metrics/kube-state-metrics:v2.6.0');
});
