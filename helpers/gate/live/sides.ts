import { parseExporterArguments } from '../../catalogue/arguments.ts';
import { renderInDocker } from '../../cluster/render-in-docker.ts';
import { UsageError } from '../../errors.ts';
import { tagOf } from '../../exporter/image.ts';
import { type KnownTargetName, knownTargets } from '../../exporter/known.ts';
import { profileOf } from '../../exporter/profile-file.ts';
import { renderManifests } from '../../exporter/render.ts';
import { deriveTarget, type Target } from '../../exporter/target.ts';
import type { KubernetesObject } from '../../kube/object.ts';
import type { Binding, Deployment } from '../../kube/workload.ts';
import { atLeast } from '../../version.ts';
import type { GateOptions } from '../options.ts';
import type { Sides } from './readings.ts';

/** The image in use, and the one that may replace it. */
export type SideName = 'old' | 'new';

/** A side as it is installed. */
export interface PreparedSide {
  readonly target: Target;
  /** `agent`, `current`, or the path of the manifests. */
  readonly manifests: string;
  /** The known target that fits the release; its manifests are installed unless others are given. */
  readonly known: KnownTargetName;
}

/**
 * Both sides, with names of their own.
 * @throws UsageError when manifests do not render, or when neither image nor manifests name the release
 */
export async function prepareSides(options: GateOptions, run: string): Promise<Sides<PreparedSide>> {
  // Before anything starts, as the candidate is held to it last.
  await profileOf(options.profile);
  const { from, to, manifestsFrom, manifestsTo } = options;
  const { k3sImage: node } = options.run;
  const [old, now] = await Promise.all([
    prepareSide('old', { image: from, manifests: manifestsFrom, node }, run),
    prepareSide('new', { image: to, manifests: manifestsTo, node }, run),
  ]);
  return { old, new: now };
}

interface SideOptions {
  readonly image: string;
  readonly manifests: string | undefined;
  /** The image of a node, whose kubectl renders manifests where no other is installed. */
  readonly node: string;
}

async function prepareSide(name: SideName, { image, manifests, node }: SideOptions, run: string): Promise<PreparedSide> {
  const { version, image: resolved } = deriveTarget(knownTargets.agent.rendering(), { name, image });
  const known = atLeast(version, '2.18') ? knownTargets.current : knownTargets.agent;
  if (manifests !== undefined) {
    const rendered = await renderManifests(manifests, { fallback: (path) => renderInDocker(path, { image: node, run }) });
    return { target: sideTarget({ name, run, manifests: rendered, image }), manifests, known: known.name };
  }
  // The version label of the known manifests is theirs, not that of another image.
  if (!/^v?\d+\.\d+/.test(tagOf(resolved) ?? '')) {
    throw new UsageError(
      `The tag of the image ${resolved} is no release, so that no known manifests fit it: set --manifests-${name === 'old' ? 'from' : 'to'} to manifests with the pod label app.kubernetes.io/version.`,
    );
  }
  return { target: sideTarget({ name, run, manifests: known.rendering(), image }), manifests: known.name, known: known.name };
}

/** Whether the ServiceMonitors of the candidate's manifests, else of the old ones, honor labels; undefined without a ServiceMonitor. */
export function honorsLabels(sides: Sides<Pick<PreparedSide, 'target'>>): boolean | undefined {
  const endpoints = [sides.new, sides.old].map(({ target }) =>
    target.objects
      .filter(({ kind }) => kind === 'ServiceMonitor')
      .flatMap((monitor) => (monitor as ServiceMonitor).spec?.endpoints ?? []),
  );
  const [endpoint] = endpoints.find((found) => found.length > 0) ?? [];
  return endpoint && endpoint.honorLabels === true;
}

type ServiceMonitor = KubernetesObject & {
  readonly spec?: { readonly endpoints?: readonly { readonly honorLabels?: boolean }[] };
};

export interface SideRequest {
  readonly name: SideName;
  readonly run: string;
  /** The rendered manifests, as a user would apply them. */
  readonly manifests: readonly KubernetesObject[];
  /** An image, or a tag. */
  readonly image: string;
}

/**
 * The manifests with names of their own, so that two exporters fit into one cluster: a namespace, and a prefix for every name in it
 * and for every cluster-scoped one. Roles and accounts that the manifests only refer to keep their names, and so does what pods mount, by
 * which volumes and environments refer to it: it is in a namespace of its side. Roles that grant something in another namespace than the
 * exporter's, or in one of `--namespaces`, stay there: elsewhere they would grant something else.
 * @throws UsageError when the manifests hold no Deployment of the exporter
 */
export function sideTarget({ name, run, manifests, image }: SideRequest): Target {
  const given = deriveTarget(manifests, { name, image });
  const namespace = `conformance-${run}-${name}`;
  const prefix = `gate-${run}-${name}-`;
  const objects = given.objects.filter(({ kind }) => kind !== 'Namespace');
  const names = new Set(objects.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  const renamed = (kind: string, original: string) => (names.has(`${kind} ${original}`) ? `${prefix}${original}` : original);
  const stays = staysWhere(given);
  const moved = objects.map((object) => {
    const { namespace: home, ...metadata } = object.metadata;
    const location = home === undefined ? {} : { namespace: stays(object) ? home : namespace };
    const name = mounted.has(object.kind) ? metadata.name : `${prefix}${metadata.name}`;
    return withReferences({ ...object, metadata: { ...metadata, ...location, name } }, renamed, namespace);
  });
  const home = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } };
  return deriveTarget([home, ...moved], { name });
}

const mounted = new Set(['ConfigMap', 'Secret']);

/** Whether an object is a Role or a RoleBinding of a namespace that is not the exporter's own, or that the exporter reads by its name. */
function staysWhere(given: Target): (object: KubernetesObject) => boolean {
  const { namespaces = new Set<string>() } = parseExporterArguments(given.arguments);
  return ({ kind, metadata: { namespace = given.namespace } }) =>
    (kind === 'Role' || kind === 'RoleBinding') && (namespace !== given.namespace || namespaces.has(namespace));
}

/** The namespaces of a side's objects that are not the side's own. */
export function otherNamespaces({ objects, namespace: own }: Pick<Target, 'objects' | 'namespace'>): readonly string[] {
  return [...new Set(objects.flatMap(({ metadata: { namespace } }) => (namespace === own ? [] : (namespace ?? []))))];
}

function withReferences(
  object: KubernetesObject,
  renamed: (kind: string, original: string) => string,
  namespace: string,
): KubernetesObject {
  if (object.kind === 'ClusterRoleBinding' || object.kind === 'RoleBinding') {
    const { roleRef, subjects = [], ...rest } = object as Binding;
    return {
      ...rest,
      roleRef: { ...roleRef, name: renamed(roleRef.kind, roleRef.name) },
      subjects: subjects.map((subject) => ({ ...subject, name: renamed(subject.kind, subject.name), namespace })),
    } as KubernetesObject;
  }
  if (object.kind !== 'Deployment') return object;
  const deployment = object as Deployment;
  const { template } = deployment.spec;
  const account = template.spec.serviceAccountName;
  if (account === undefined) return deployment;
  const spec = { ...template.spec, serviceAccountName: renamed('ServiceAccount', account) };
  const changed: Deployment = { ...deployment, spec: { ...deployment.spec, template: { ...template, spec } } };
  return changed;
}
