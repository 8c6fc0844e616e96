import pMap from 'p-map';
import type { KubeClient } from '../../kube/client.ts';
import type { RawObject } from '../../kube/object.ts';
import { runLabel } from '../../kube/run-label.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The namespace that the known targets are installed in; in this cluster it is somebody's already. */
const theirs = 'monitoring';

/** The manifests' own names, which others have used for something else elsewhere. */
const exporterName = 'mntr-agent-kube-state-metrics';
const exporterLabels = { 'app.kubernetes.io/name': 'kube-state-metrics', 'app.kubernetes.io/component': 'exporter' };

/** How many are made at the same time. */
const width = 8;

/** Fields of an object beside its kind and name. */
type Fields = Readonly<Record<string, unknown>>;

interface Made {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly fields?: Fields;
}

function object({ apiVersion, kind, namespace, name, labels, fields = {} }: Made): RawObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), ...(labels && { labels }) };
  return { apiVersion, kind, metadata, ...fields };
}

/** The id of a run that somebody else may have at work on the same cluster. */
const idOf = (round: number) => (0xabc000 + round).toString(16);

/** How many rounds share their namespaces: each namespace costs the simulated controllers more than all that is in it. */
const roundsOfNamespaces = 10;

/** Two namespaces of others: one that looks like a run's, and one of a team. */
function namespacesOfStrangers(round: number): readonly RawObject[] {
  const id = idOf(round);
  const common = { apiVersion: 'v1', kind: 'Namespace' };
  return [
    object({ ...common, name: `conformance-${id}-fixtures`, labels: { [runLabel]: id } }),
    object({ ...common, name: `team-${round}` }),
  ];
}

/** One round of objects of others, all of which controllers leave as they are, named and labelled as a run names and labels its own. */
function objectsOfStrangers(round: number): readonly RawObject[] {
  const id = idOf(round);
  const labels = { [runLabel]: id };
  const first = round - (round % roundsOfNamespaces);
  const inFixtures = { namespace: `conformance-${idOf(first)}-fixtures`, labels };
  const inTeam = { namespace: `team-${first}`, labels: exporterLabels };
  const inTheirs = { namespace: theirs, labels };
  // The first of each namespace has the very name that the suite would give.
  const named = (name: string) => (round === first ? name : `${name}-${round}`);
  const [core, apps, rbac] = [{ apiVersion: 'v1' }, { apiVersion: 'apps/v1' }, { apiVersion: `${RBAC}/v1` }];
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  const container = { name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'] };
  const app = { app: `stranger-${round}` };
  const template = { metadata: { labels: app }, spec: { containers: [container] } };
  const deployment = { spec: { replicas: 0, selector: { matchLabels: app }, template } };
  // Of these the simulated controllers look at every one whenever one changes.
  const deployments = [
    object({ ...apps, ...inTheirs, kind: 'Deployment', name: `grafana-${round}`, fields: deployment }),
    object({ ...apps, ...inTeam, kind: 'Deployment', name: exporterName, fields: deployment }),
  ];
  const claim = { accessModes: ['ReadWriteOnce'], storageClassName: 'theirs', resources: { requests: { storage: '1Gi' } } };
  const waiting = { containers: [container], nodeSelector: { 'example.com/pool': 'none' } };
  const job = { spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } } };
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: `conformance-${id}` };
  const subjects = [{ kind: 'ServiceAccount', namespace: theirs, name: `prometheus-${round}` }];
  return [
    object({ ...core, ...inTheirs, kind: 'ConfigMap', name: `settings-${round}`, fields: { data: { a: '1' } } }),
    object({ ...core, ...inTheirs, kind: 'Secret', name: `password-${round}`, fields: { stringData: { password: 'theirs' } } }),
    object({ ...core, ...inTheirs, kind: 'PersistentVolumeClaim', name: `data-${round}`, fields: { spec: claim } }),
    object({ ...core, ...inTheirs, kind: 'ServiceAccount', name: `prometheus-${round}` }),
    object({ ...core, ...inTeam, kind: 'ServiceAccount', name: named(exporterName) }),
    object({ ...core, ...inFixtures, kind: 'ConfigMap', name: named('odd.name-0'), fields: { data: { a: '1' } } }),
    object({ ...core, ...inFixtures, kind: 'Secret', name: named('opaque'), fields: { stringData: { a: '1' } } }),
    object({ ...core, kind: 'Pod', namespace: 'kube-system', name: `agent-${round}`, labels, fields: { spec: waiting } }),
    ...(round === first ? deployments : []),
    object({ ...rbac, kind: 'ClusterRole', name: `conformance-${id}`, labels, fields: { rules } }),
    object({ ...rbac, kind: 'ClusterRole', name: `${exporterName}-${round}`, labels: exporterLabels, fields: { rules } }),
    object({ ...rbac, kind: 'ClusterRoleBinding', name: `conformance-${id}`, labels, fields: { roleRef, subjects } }),
    object({
      apiVersion: 'coordination.k8s.io/v1',
      ...inTheirs,
      kind: 'Lease',
      name: `leader-${round}`,
      fields: { spec: { holderIdentity: 'somebody', leaseDurationSeconds: 15 } },
    }),
    object({
      apiVersion: 'scheduling.k8s.io/v1',
      kind: 'PriorityClass',
      name: `conformance-${id}`,
      labels,
      fields: { value: 7 },
    }),
    object({
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      name: `conformance-${id}-retained`,
      labels,
      fields: { provisioner: 'example.com/none' },
    }),
    object({
      apiVersion: 'networking.k8s.io/v1',
      ...inTheirs,
      kind: 'NetworkPolicy',
      name: `rules-${round}`,
      fields: { spec: { podSelector: { matchLabels: app }, policyTypes: ['Ingress'] } },
    }),
    object({
      apiVersion: 'batch/v1',
      ...inTheirs,
      kind: 'CronJob',
      name: `backup-${round}`,
      fields: { spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: job } },
    }),
  ];
}

/**
 * Makes objects of others in a cluster, with the names and labels that runs use, in the exporter's namespace among others.
 * @param count how many at least; the last round is made whole
 * @returns how many there are
 */
export async function plantStrangers(client: KubeClient, count: number): Promise<number> {
  const namespaces = [object({ apiVersion: 'v1', kind: 'Namespace', name: theirs, labels: { team: 'observability' } })];
  const others: RawObject[] = [];
  for (let round = 0; namespaces.length + others.length < count; round += 1) {
    if (round % roundsOfNamespaces === 0) namespaces.push(...namespacesOfStrangers(round));
    others.push(...objectsOfStrangers(round));
  }
  for (const all of [namespaces, others]) await pMap(all, (stranger) => client.create(stranger), { concurrency: width });
  return namespaces.length + others.length;
}

/** Objects that somebody makes while a run is at work, with the very label of that run: a copy of something that had it, for instance. */
export function impostorsOf(run: string): readonly RawObject[] {
  const labels = { [runLabel]: run };
  return [
    object({ apiVersion: 'v1', kind: 'ConfigMap', namespace: theirs, name: 'copied', labels, fields: { data: { a: '1' } } }),
    object({
      apiVersion: 'v1',
      kind: 'Secret',
      namespace: 'default',
      name: 'copied',
      labels,
      fields: { stringData: { a: '1' } },
    }),
    object({
      apiVersion: `${RBAC}/v1`,
      kind: 'ClusterRole',
      name: `copied-${run}`,
      labels,
      fields: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }] },
    }),
  ];
}
