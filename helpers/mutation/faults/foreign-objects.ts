import pMap from 'p-map';
import type { KubeClient } from '../../kube/client.ts';
import type { RawObject } from '../../kube/object.ts';
import { runLabel } from '../../kube/run-label.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** The namespace of the known targets, which belongs to others in this cluster. */
const exporterNamespace = 'monitoring';

/** The names of the manifests, which others use for something else. */
const exporterName = 'mntr-agent-kube-state-metrics';
const exporterLabels = { 'app.kubernetes.io/name': 'kube-state-metrics', 'app.kubernetes.io/component': 'exporter' };

/** The number of parallel requests. */
const width = 8;

/** The fields of an object besides its kind and metadata. */
type Fields = Readonly<Record<string, unknown>>;

interface ForeignObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly fields?: Fields;
}

function object({ apiVersion, kind, namespace, name, labels, fields = {} }: ForeignObject): RawObject {
  const metadata = { name, ...(namespace === undefined ? {} : { namespace }), ...(labels && { labels }) };
  return { apiVersion, kind, metadata, ...fields };
}

/** The id of a run of others on the same cluster. */
const runIdOf = (round: number) => (0xabc000 + round).toString(16);

/** The number of rounds with the same namespaces: a namespace costs the simulated controllers more than the objects in it. */
const roundsOfNamespaces = 10;

/** Two namespaces of others: one like a run's, and one of a team. */
function foreignNamespaces(round: number): readonly RawObject[] {
  const id = runIdOf(round);
  const common = { apiVersion: 'v1', kind: 'Namespace' };
  return [
    object({ ...common, name: `conformance-${id}-fixtures`, labels: { [runLabel]: id } }),
    object({ ...common, name: `team-${round}` }),
  ];
}

/** Objects of others that no controller changes, with the names and labels that a run gives its own. */
function foreignObjectsIn(round: number): readonly RawObject[] {
  const id = runIdOf(round);
  const labels = { [runLabel]: id };
  const first = round - (round % roundsOfNamespaces);
  const inFixtures = { namespace: `conformance-${runIdOf(first)}-fixtures`, labels };
  const inTeam = { namespace: `team-${first}`, labels: exporterLabels };
  const inExporterNamespace = { namespace: exporterNamespace, labels };
  // The first of each namespace has exactly the name that the suite would give.
  const named = (name: string) => (round === first ? name : `${name}-${round}`);
  const [core, apps, rbac] = [{ apiVersion: 'v1' }, { apiVersion: 'apps/v1' }, { apiVersion: `${RBAC}/v1` }];
  const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
  const container = { name: 'main', image: 'busybox:1.36', command: ['sleep', '3600'] };
  const app = { app: `foreign-${round}` };
  const template = { metadata: { labels: app }, spec: { containers: [container] } };
  const deployment = { spec: { replicas: 0, selector: { matchLabels: app }, template } };
  // The simulated controllers reconcile all Deployments whenever one changes.
  const deployments = [
    object({ ...apps, ...inExporterNamespace, kind: 'Deployment', name: `grafana-${round}`, fields: deployment }),
    object({ ...apps, ...inTeam, kind: 'Deployment', name: exporterName, fields: deployment }),
  ];
  const claim = { accessModes: ['ReadWriteOnce'], storageClassName: 'theirs', resources: { requests: { storage: '1Gi' } } };
  const waiting = { containers: [container], nodeSelector: { 'example.com/pool': 'none' } };
  const job = { spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } } };
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: `conformance-${id}` };
  const subjects = [{ kind: 'ServiceAccount', namespace: exporterNamespace, name: `prometheus-${round}` }];
  return [
    object({ ...core, ...inExporterNamespace, kind: 'ConfigMap', name: `settings-${round}`, fields: { data: { a: '1' } } }),
    object({
      ...core,
      ...inExporterNamespace,
      kind: 'Secret',
      name: `password-${round}`,
      fields: { stringData: { password: 'theirs' } },
    }),
    object({ ...core, ...inExporterNamespace, kind: 'PersistentVolumeClaim', name: `data-${round}`, fields: { spec: claim } }),
    object({ ...core, ...inExporterNamespace, kind: 'ServiceAccount', name: `prometheus-${round}` }),
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
      ...inExporterNamespace,
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
      ...inExporterNamespace,
      kind: 'NetworkPolicy',
      name: `rules-${round}`,
      fields: { spec: { podSelector: { matchLabels: app }, policyTypes: ['Ingress'] } },
    }),
    object({
      apiVersion: 'batch/v1',
      ...inExporterNamespace,
      kind: 'CronJob',
      name: `backup-${round}`,
      fields: { spec: { schedule: '0 0 1 1 *', suspend: true, jobTemplate: job } },
    }),
  ];
}

/**
 * Creates objects of others, with the names and labels that runs use, also in the exporter's namespace.
 * @param count the least number
 * @returns the number of objects
 */
export async function createForeignObjects(client: KubeClient, count: number): Promise<number> {
  const namespaces = [
    object({ apiVersion: 'v1', kind: 'Namespace', name: exporterNamespace, labels: { team: 'observability' } }),
  ];
  const objects: RawObject[] = [];
  for (let round = 0; namespaces.length + objects.length < count; round += 1) {
    if (round % roundsOfNamespaces === 0) namespaces.push(...foreignNamespaces(round));
    objects.push(...foreignObjectsIn(round));
  }
  for (const list of [namespaces, objects])
    await pMap(list, (foreignObject) => client.create(foreignObject), { concurrency: width });
  return namespaces.length + objects.length;
}

/** Objects that others create during a run, with the label of that run: copies of labelled objects, for instance. */
export function lookalikesOf(run: string): readonly RawObject[] {
  const labels = { [runLabel]: run };
  return [
    object({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      namespace: exporterNamespace,
      name: 'copied',
      labels,
      fields: { data: { a: '1' } },
    }),
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
