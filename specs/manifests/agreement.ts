import { reachedAt } from '../../helpers/exporter/ports.ts';
import type { Profile } from '../../helpers/exporter/profile.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { formatReference, type ResourceMapper, referenceOf } from '../../helpers/kube/reference.ts';
import type { Labels } from '../../helpers/kube/workload.ts';

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

/** The namespaced objects that are not in the Deployment's namespace, a line each. */
export function objectsElsewhere({ objects, namespace }: Target, mapper: ResourceMapper): readonly string[] {
  const isNamespaced = ({ apiVersion, kind, metadata }: KubernetesObject) =>
    mapper.serves(apiVersion, kind) ? mapper.resource(apiVersion, kind).namespaced : metadata.namespace !== undefined;
  const elsewhere = objects.filter((object) => isNamespaced(object) && (object.metadata.namespace ?? 'default') !== namespace);
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

/** The other subjects of the ServiceAccount's bindings, which have the exporter's permissions as well, a line each. */
export function otherSubjects({ access: { bindings }, namespace, serviceAccountName }: Target): readonly string[] {
  return bindings.flatMap(({ metadata, subjects = [] }) =>
    subjects
      .filter(
        (subject) => subject.kind !== 'ServiceAccount' || subject.namespace !== namespace || subject.name !== serviceAccountName,
      )
      .map((subject) => {
        const prefix = subject.namespace === undefined ? '' : `${subject.namespace}/`;
        return `${metadata.name} also names ${subject.kind} ${prefix}${subject.name}`;
      }),
  );
}

/** The labels that an object of the manifests other than the Namespace, or a pod of the Deployment, lacks, a line each. */
export function missingLabels({ objects, deployment, podLabels }: Target, labels: Labels): readonly string[] {
  const named = objects
    .filter(({ kind }) => kind !== 'Namespace')
    .map((object) => ({ name: formatReference(referenceOf(object)), actual: object.metadata.labels ?? {} }));
  const pods = { name: `the pods of ${formatReference(referenceOf(deployment))}`, actual: podLabels };
  return [...named, pods].flatMap(({ name, actual }) =>
    Object.entries(labels)
      .filter(([key, value]) => actual[key] !== value)
      .map(([key, value]) => `${name}: ${key} is ${actual[key] ?? 'absent'}, expected ${value}`),
  );
}

/**
 * The exporter's ports that the Service does not have under the expected name, or that lead to another port, a line each; a port behind a
 * proxy is to lead to the proxy.
 */
export function misnamedPorts({ deployment, service, container, ports }: Target, { promises }: Profile): readonly string[] {
  return (['metrics', 'telemetry'] as const).flatMap((purpose) => {
    const name = promises.ports[purpose];
    const published = service.spec.ports?.find((port) => port.name === name);
    if (!published) {
      const names = service.spec.ports?.map((port) => port.name ?? String(port.port)).join(', ') || 'no port';
      return [`the Service has no port named ${name}; it has ${names}`];
    }
    const { protocol = 'TCP' } = published;
    if (protocol !== 'TCP') return [`the Service's port ${name} has the protocol ${protocol} instead of TCP`];
    const { targetPort = published.port } = published;
    const { front } = ports[purpose];
    const { ports: declared } =
      deployment.spec.template.spec.containers.find(({ name }) => name === front?.container) ?? container;
    const number =
      typeof targetPort === 'number' ? targetPort : declared?.find((port) => port.name === targetPort)?.containerPort;
    const expected = reachedAt(ports[purpose]);
    return number === expected
      ? []
      : [
          `the Service's port ${name} leads to ${targetPort}${number === undefined ? ', which the container does not have' : ''}, not to ${expected}`,
        ];
  });
}
