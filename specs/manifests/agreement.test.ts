import { knownTargets } from '../../helpers/exporter/known.ts';
import { profiles } from '../../helpers/exporter/profile.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import { binding, combined, container, deployment, podSpec, service, set } from '../../helpers/suite/mutant/changes.ts';
import type { Change } from '../../helpers/suite/mutant/mutant.ts';
import { misnamedPorts, missingLabels, otherSubjects } from './agreement.ts';

const unchanged: Change = (objects) => objects;
const targetAfter = (change: Change) =>
  deriveTarget(change(knownTargets.agent.rendering(), { workloadImage: 'busybox:1.36' }), { name: 'changed' });

test('the manifests of the guide are consistent', () => {
  const target = targetAfter(unchanged);

  expect(missingLabels(target, profiles.agent.promises.labels)).toEqual([]);
  expect(otherSubjects(target)).toEqual([]);
  expect(misnamedPorts(target, profiles.agent)).toEqual([]);
});

test('pods need the labels as well', () => {
  const target = targetAfter(
    deployment(({ spec }) => {
      spec.template.metadata = { labels: { 'app.kubernetes.io/name': 'kube-state-metrics' } };
    }),
  );

  expect(missingLabels(target, { 'app.kubernetes.io/name': 'kube-state-metrics', 'app.kubernetes.io/version': '2.5.0' })).toEqual(
    ['the pods of Deployment monitoring/mntr-agent-kube-state-metrics: app.kubernetes.io/version is absent, expected 2.5.0'],
  );
});

test('every other subject of the binding is reported', () => {
  const target = targetAfter(
    binding(({ subjects }) => {
      subjects?.push({ kind: 'ServiceAccount', namespace: 'monitoring', name: 'default' });
      subjects?.push({ kind: 'Group', name: 'system:authenticated' });
    }),
  );

  expect(otherSubjects(target)).toEqual([
    'mntr-agent-kube-state-metrics also names ServiceAccount monitoring/default',
    'mntr-agent-kube-state-metrics also names Group system:authenticated',
  ]);
});

test('a port behind a proxy must lead to the proxy', () => {
  const behindProxy = (upstream: number) =>
    podSpec(({ containers }) => {
      set(containers, { args: ['--host=127.0.0.1'], ports: [{ name: 'telemetry', containerPort: 8081 }] });
      containers.push({
        name: 'proxy',
        image: 'kube-rbac-proxy:v0.22.1',
        args: ['--secure-listen-address=:8443', `--upstream=http://127.0.0.1:${upstream}/`],
        ports: [{ name: 'http-metrics', containerPort: 8443 }],
      });
    });

  expect(misnamedPorts(targetAfter(behindProxy(8080)), profiles.agent)).toEqual([]);
  expect(misnamedPorts(targetAfter(behindProxy(8000)), profiles.agent)).toEqual([
    "the Service's port http-metrics leads to http-metrics, which the container does not have, not to 8080",
  ]);
});

test('a port must have its name and the protocol TCP, and lead to the port of the container', () => {
  const unnamed = container((draft) => {
    draft.ports = [];
  });
  const withUdp = service(({ spec }) => set(spec.ports?.slice(0, 1), { protocol: 'UDP' }));
  const renamed = service(({ spec }) => set(spec.ports?.slice(1), { name: 'self' }));

  expect(misnamedPorts(targetAfter(combined(withUdp, renamed)), profiles.agent)).toEqual([
    "the Service's port http-metrics has the protocol UDP instead of TCP",
    'the Service has no port named telemetry; it has http-metrics, self',
  ]);
  expect(misnamedPorts(targetAfter(unnamed), profiles.agent)).toEqual([
    "the Service's port http-metrics leads to http-metrics, which the container does not have, not to 8080",
    "the Service's port telemetry leads to telemetry, which the container does not have, not to 8081",
  ]);
});
