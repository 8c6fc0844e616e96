import { isDeepStrictEqual } from 'node:util';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exporterContainer, findWorkloads, isExporter, workloadKinds } from '../../helpers/exporter/find.ts';
import { withInlineConfig } from '../../helpers/exporter/mounted.ts';
import { argumentsOf, reachedAt } from '../../helpers/exporter/ports.ts';
import type { CompleteProfile, Sharding } from '../../helpers/exporter/profile.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { isReady } from '../../helpers/kube/pod.ts';
import { formatReference, type ResourceMapper, referenceOf } from '../../helpers/kube/reference.ts';
import type { Labels, Workload } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { tolerating } from '../../helpers/suite/placement.ts';
import { slicesOf } from '../../helpers/suite/selected-pods.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** The kinds without which the exporter is not deployed; all others of the manifests serve those who watch or scale it. */
const ownKinds: readonly string[] = [
  'Namespace',
  'ServiceAccount',
  'ClusterRole',
  'ClusterRoleBinding',
  'Role',
  'RoleBinding',
  'ConfigMap',
  'Secret',
  'Service',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
];

/**
 * One line for each object whose kind the cluster does not serve in the version of the manifests.
 * @param which `own` kinds of the exporter, or `optional` ones such as ServiceMonitor, PrometheusRule and VerticalPodAutoscaler
 */
export function unservedObjects(
  { objects }: Pick<Target, 'objects'>,
  mapper: ResourceMapper,
  which: 'own' | 'optional',
): readonly string[] {
  return objects
    .filter(({ kind }) => ownKinds.includes(kind) === (which === 'own'))
    .filter(({ apiVersion, kind }) => !mapper.serves(apiVersion, kind))
    .map(
      (object) => `${formatReference(referenceOf(object))}: the API server does not serve ${object.kind} of ${object.apiVersion}`,
    );
}

/** The objects whose kind the cluster serves. */
export function servedObjects({ objects }: Pick<Target, 'objects'>, mapper: ResourceMapper): readonly KubernetesObject[] {
  return objects.filter(({ apiVersion, kind }) => mapper.serves(apiVersion, kind));
}

/**
 * The namespaced objects that are not in the Deployment's namespace, a line each. Roles and their bindings may be in a namespace of
 * `--namespaces`, where the exporter reads.
 */
export function objectsElsewhere({ objects, namespace, arguments: args }: Target, mapper: ResourceMapper): readonly string[] {
  const { namespaces = new Set<string>() } = parseExporterArguments(args);
  const grantsReading = ({ kind, metadata }: KubernetesObject) =>
    (kind === 'Role' || kind === 'RoleBinding') && namespaces.has(metadata.namespace ?? 'default');
  const isNamespaced = ({ apiVersion, kind, metadata }: KubernetesObject) =>
    mapper.serves(apiVersion, kind) ? mapper.resource(apiVersion, kind).namespaced : metadata.namespace !== undefined;
  const elsewhere = objects.filter(
    (object) => isNamespaced(object) && (object.metadata.namespace ?? 'default') !== namespace && !grantsReading(object),
  );
  return elsewhere.map((object) => `${formatReference(referenceOf(object))} is not in the namespace ${namespace}`);
}

/** The roles that are bound to the ServiceAccount but missing in the manifests, a line each. */
export function danglingBindings({ access: { bindings, roles } }: Target): readonly string[] {
  const known = new Set(roles.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  return bindings
    .map(({ metadata, roleRef }) => ({ binding: metadata.name, role: `${roleRef.kind} ${roleRef.name}` }))
    .filter(({ role }) => !known.has(role))
    .map(({ binding, role }) => `${binding} binds ${role}, which is missing in the manifests`);
}

/** The subjects of the ServiceAccount's bindings that are no account of the exporter and have its permissions as well, a line each. */
export function otherSubjects({ access: { bindings }, namespace, objects }: Target): readonly string[] {
  const accounts = new Set(findWorkloads(objects).map(({ spec }) => spec.template.spec.serviceAccountName ?? 'default'));
  return bindings.flatMap(({ metadata, subjects = [] }) =>
    subjects
      .filter((subject) => subject.kind !== 'ServiceAccount' || subject.namespace !== namespace || !accounts.has(subject.name))
      .map((subject) => {
        const prefix = subject.namespace === undefined ? '' : `${subject.namespace}/`;
        return `${metadata.name} also names ${subject.kind} ${prefix}${subject.name}`;
      }),
  );
}

/** The labels that an object of the manifests other than the Namespace, or a pod of the Deployment, lacks, a line each. */
export function missingLabels({ objects, workload, podLabels }: Target, labels: Labels): readonly string[] {
  const named = objects
    .filter(({ kind }) => kind !== 'Namespace')
    .map((object) => ({ name: formatReference(referenceOf(object)), actual: object.metadata.labels ?? {} }));
  const pods = { name: `the pods of ${formatReference(referenceOf(workload))}`, actual: podLabels };
  return [...named, pods].flatMap(({ name, actual }) =>
    Object.entries(labels)
      .filter(([key, value]) => actual[key] !== value)
      .map(([key, value]) => `${name}: ${key} is ${actual[key] ?? 'absent'}, expected ${value}`),
  );
}

/** What the exporter of a workload must have to share the objects in a way, for the messages too. */
const sharers: Readonly<Record<Sharding, { readonly kind: string; readonly flags: readonly string[]; readonly least: number }>> =
  {
    autosharding: { kind: 'StatefulSet', flags: ['--pod', '--pod-namespace'], least: 1 },
    deployments: { kind: 'Deployment', flags: ['--shard', '--total-shards'], least: 2 },
    daemonset: { kind: 'DaemonSet', flags: ['--node'], least: 1 },
  };

/** Why the workloads of the manifests do not share the objects as promised, as a line; empty where they do. */
export function shardingFaults({ objects }: Pick<Target, 'objects'>, sharding: Sharding): readonly string[] {
  const { kind, flags, least } = sharers[sharding];
  const exporters = objects.filter((object): object is Workload => workloadKinds.includes(object.kind)).filter(isExporter);
  const workloads = exporters.map((object) => ({
    object,
    given: argumentsOf(exporterContainer(withInlineConfig(object, objects))),
  }));
  const sharing = workloads.filter(
    ({ object, given }) =>
      object.kind === kind && flags.every((flag) => given.some((argument) => argument.split('=')[0] === flag)),
  );
  if (sharing.length >= least) return [];
  const actual = workloads.map(({ object }) => formatReference(referenceOf(object))).join(', ') || 'no exporter';
  return [`${sharing.length} of ${actual}; expected at least ${least} ${kind} with ${flags.join(' and ')}`];
}

/**
 * Why the Service does not have a port of the exporter under the expected name, as a line; empty where it has. A port behind a proxy is to lead
 * to the proxy.
 */
export function misnamedPort(
  { service, workload, ports }: Target,
  { promises }: Pick<CompleteProfile, 'promises'>,
  purpose: 'metrics' | 'telemetry',
): readonly string[] {
  const name = promises.ports[purpose];
  const expected = reachedAt(ports[purpose]);
  const published = service.spec.ports?.find((port) => port.name === name);
  if (name === undefined || !published) {
    const names = service.spec.ports?.map((port) => port.name ?? String(port.port)).join(', ') || 'no port';
    return [`the Service has no port ${name === undefined ? `that leads to ${expected}` : `named ${name}`}; it has ${names}`];
  }
  const { protocol = 'TCP', targetPort = published.port } = published;
  if (protocol !== 'TCP') return [`the Service's port ${name} has the protocol ${protocol} instead of TCP`];
  const declared = workload.spec.template.spec.containers.flatMap((container) => container.ports ?? []);
  const number = typeof targetPort === 'number' ? targetPort : declared.find((port) => port.name === targetPort)?.containerPort;
  if (number === expected) return [];
  const missing = number === undefined ? ', which no container has' : '';
  return [`the Service's port ${name} leads to ${targetPort}${missing}, not to ${expected}`];
}

/** The names of the pods in the EndpointSlices of a Service. */
export async function podsBehind(client: KubeClient, namespace: string, service: string): Promise<readonly string[]> {
  const slices = await slicesOf(client, namespace, service);
  return slices.flatMap(({ endpoints }) => endpoints ?? []).flatMap(({ targetRef }) => targetRef?.name ?? []);
}

/**
 * Creates a pod of another application whose other labels are the exporter's, and a control Service that selects it.
 * @returns whether the exporter's Service leads to that pod once the control Service does
 */
export async function selectsBystander({ client, target, scratch, run, profile }: RequirementContext): Promise<boolean> {
  const { namespace } = target;
  const name = `bystander-${run.id}`;
  const labels = { ...profile.promises.labels, 'app.kubernetes.io/name': 'bystander', 'conformance/bystander': run.id };
  const pod = await scratch.pod({ name, namespace, labels, spec: tolerating(profile) });
  const controlService = await scratch.create({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { clusterIP: 'None', selector: { 'conformance/bystander': run.id }, ports: [{ port: 1 }] },
  });
  try {
    await scratch.podUntil(pod, `the bystander ${name} Ready`, isReady, seconds(30));
    await waitFor({
      what: `the control Service ${name} to lead to its pod`,
      within: seconds(20),
      observe: () => podsBehind(client, namespace, name),
      until: (names) => names.includes(name),
      describe: (names) => names.join(', ') || 'no pod',
    });
    return (await podsBehind(client, namespace, target.service.metadata.name)).includes(name);
  } finally {
    await Promise.all([scratch.remove(pod), scratch.remove(controlService)]);
  }
}

/**
 * Compares two renderings by object and field; the order of the objects does not matter.
 * @returns a line for each difference: `Deployment monitoring/x: spec.replicas is 2, documented 1`
 */
export function renderingDifferences(
  rendered: readonly KubernetesObject[],
  documented: readonly KubernetesObject[],
): readonly string[] {
  const actual = byName(rendered);
  const expected = byName(documented);
  const absent = [...expected.keys()].filter((name) => !actual.has(name)).map((name) => `${name}: documented but not rendered`);
  const extra = [...actual.keys()].filter((name) => !expected.has(name)).map((name) => `${name}: rendered but not documented`);
  const changed = [...expected].flatMap(([name, object]) => {
    const found = actual.get(name);
    return found === undefined ? [] : fieldDifferences(found, object).map((line) => `${name}: ${line}`);
  });
  return [...absent, ...extra, ...changed];
}

function byName(objects: readonly KubernetesObject[]): ReadonlyMap<string, KubernetesObject> {
  return new Map(objects.map((object) => [formatReference(referenceOf(object)), object]));
}

/** The innermost differing fields with both values. */
function fieldDifferences(actual: unknown, expected: unknown, path = ''): readonly string[] {
  if (isDeepStrictEqual(actual, expected)) return [];
  if (isObject(actual) && isObject(expected)) {
    const keys = [...new Set([...Object.keys(actual), ...Object.keys(expected)])];
    return keys.flatMap((key) => fieldDifferences(actual[key], expected[key], path === '' ? key : `${path}.${key}`));
  }
  return [`${path} is ${toText(actual)}, documented ${toText(expected)}`];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toText(value: unknown): string {
  return value === undefined ? 'absent' : JSON.stringify(value);
}
