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

/** One line for each namespaced object that is not where the Deployment is. */
export function strayObjects({ objects, namespace }: Target, mapper: ResourceMapper): readonly string[] {
  const isNamespaced = ({ apiVersion, kind, metadata }: KubernetesObject) =>
    mapper.serves(apiVersion, kind) ? mapper.resource(apiVersion, kind).namespaced : metadata.namespace !== undefined;
  const stray = objects.filter((object) => isNamespaced(object) && (object.metadata.namespace ?? 'default') !== namespace);
  return stray.map((object) => `${formatReference(referenceOf(object))} is not in the namespace ${namespace}`);
}

/** One line for each role that is bound to the ServiceAccount and that the manifests do not hold. */
export function danglingBindings({ access: { bindings, roles } }: Target): readonly string[] {
  const known = new Set(roles.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  return bindings
    .map(({ metadata, roleRef }) => ({ binding: metadata.name, role: `${roleRef.kind} ${roleRef.name}` }))
    .filter(({ role }) => !known.has(role))
    .map(({ binding, role }) => `${binding} binds ${role}, which the manifests do not hold`);
}

/** One line for each subject of such a binding that is not the ServiceAccount: it has all the exporter's rights as well. */
export function otherSubjects({ access: { bindings }, namespace, serviceAccountName }: Target): readonly string[] {
  return bindings.flatMap(({ metadata, subjects = [] }) =>
    subjects
      .filter((one) => one.kind !== 'ServiceAccount' || one.namespace !== namespace || one.name !== serviceAccountName)
      .map(({ kind, name, namespace: of }) => `${metadata.name} also names ${kind} ${of === undefined ? '' : `${of}/`}${name}`),
  );
}

/** One line for each label that an object of the manifests, or a pod made of them, should carry and does not, the Namespace left out. */
export function missingLabels({ objects, deployment, podLabels }: Target, labels: Labels): readonly string[] {
  const named = objects
    .filter(({ kind }) => kind !== 'Namespace')
    .map((object) => ({ name: formatReference(referenceOf(object)), has: object.metadata.labels ?? {} }));
  const pods = { name: `the pods of ${formatReference(referenceOf(deployment))}`, has: podLabels };
  return [...named, pods].flatMap(({ name, has }) =>
    Object.entries(labels)
      .filter(([key, value]) => has[key] !== value)
      .map(([key, value]) => `${name}: ${key} is ${has[key] ?? 'absent'}, wanted ${value}`),
  );
}

/** One line for each of the exporter's ports that the Service does not have under its promised name, or that leads elsewhere. */
export function misnamedPorts({ service, container, ports }: Target, { promises }: Profile): readonly string[] {
  return (['metrics', 'telemetry'] as const).flatMap((purpose) => {
    const name = promises.ports[purpose];
    const published = service.spec.ports?.find((port) => port.name === name);
    if (!published) {
      const names = service.spec.ports?.map((port) => port.name ?? String(port.port)).join(', ') || 'no port';
      return [`the Service has no port named ${name}; it has ${names}`];
    }
    const { protocol = 'TCP' } = published;
    if (protocol !== 'TCP') return [`the Service's port ${name} is of ${protocol}, not of TCP`];
    const to = published.targetPort ?? published.port;
    const number = typeof to === 'number' ? to : container.ports?.find((port) => port.name === to)?.containerPort;
    const wanted = ports[purpose].number;
    return number === wanted
      ? []
      : [
          `the Service's port ${name} leads to ${to}${number === undefined ? ', which the container does not name' : ''}, not to ${wanted}`,
        ];
  });
}
