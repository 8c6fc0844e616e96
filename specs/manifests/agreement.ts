import type { Profile } from '../../helpers/exporter/profile.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import { formatReference, type ResourceMapper, referenceOf } from '../../helpers/kube/reference.ts';
import type { Labels } from '../../helpers/kube/workload.ts';

/** The namespaced objects that are not in the Deployment's namespace, a line each. */
export function objectsElsewhere({ objects, namespace }: Target, mapper: ResourceMapper): readonly string[] {
  const elsewhere = objects.filter(
    ({ apiVersion, kind, metadata }) =>
      mapper.resource(apiVersion, kind).namespaced && (metadata.namespace ?? 'default') !== namespace,
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

/** The exporter's ports that the Service does not have under the expected name, or that lead to another port, a line each. */
export function misnamedPorts({ service, container, ports }: Target, { promises }: Profile): readonly string[] {
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
    const number =
      typeof targetPort === 'number' ? targetPort : container.ports?.find((port) => port.name === targetPort)?.containerPort;
    const expected = ports[purpose].number;
    return number === expected
      ? []
      : [
          `the Service's port ${name} leads to ${targetPort}${number === undefined ? ', which the container does not have' : ''}, not to ${expected}`,
        ];
  });
}
