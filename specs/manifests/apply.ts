import { ApiError, refusalIn } from '../../helpers/kube/api-error.ts';
import { fieldManager, type KubeClient } from '../../helpers/kube/client.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { OwnedObjects } from '../../helpers/kube/owned/ownership.ts';
import { formatReference, referenceOf } from '../../helpers/kube/reference.ts';
import type { Workload } from '../../helpers/kube/workload.ts';

/**
 * Applies, by dry run, a workload with a field that does not exist.
 * @returns the message of the refusal; undefined if the API server accepts the field, which makes its acceptance of other objects worthless
 */
export async function refusalOfUnknownField(client: KubeClient, workload: Workload): Promise<string | undefined> {
  const { spec } = workload;
  const template = { ...spec.template, spec: { ...spec.template.spec, unknownField: true } };
  const changed: Workload = { ...workload, spec: { ...spec, template } };
  try {
    await client.apply(changed, { dryRun: true });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.details.includes('unknownField')) return error.details;
    throw error;
  }
}

/**
 * Takes over fields that the creation set: where the API server adds a default to a value that is replaced as a whole, such as a fieldRef,
 * the applied value differs from the created one, and would conflict with it.
 */
const overCreation = { force: true } as const;

/** Applies every object by dry run; returns the refusals, a line each. */
export async function refusals(client: KubeClient, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const answers = await Promise.all(objects.map((object) => refusalOf(client, object)));
  return answers.filter((answer) => answer !== undefined);
}

async function refusalOf(client: KubeClient, object: KubernetesObject): Promise<string | undefined> {
  try {
    await client.apply(object, { dryRun: true, ...overCreation });
    return undefined;
  } catch (error) {
    return `${formatReference(referenceOf(object))}: ${refusalIn(error)}`;
  }
}

/** The objects that changed during a second apply, a line each. */
export interface SecondApply {
  /** Changed by the apply. */
  readonly own: readonly string[];
  /** Changed by somebody else at the same moment, such as a status; whether the apply changed them as well is unknown. */
  readonly foreign: readonly string[];
}

interface Managed extends KubernetesObject {
  readonly metadata: KubernetesObject['metadata'] & {
    readonly managedFields?: readonly { readonly manager?: string; readonly operation?: string; readonly time?: string }[];
  };
}

/** The result of the first apply. */
export interface FirstApply {
  /** The applied objects, to be applied again; each with its uid, so that no other object of its name is changed. */
  readonly objects: readonly KubernetesObject[];
  /** The objects whose generation the apply changed, a line each. */
  readonly changed: readonly string[];
}

/**
 * Applies the objects of the manifests that the run created; others, such as an existing namespace, are not changed. The first apply
 * takes over the fields that were set by the creation, which changes only managedFields and the resourceVersion.
 */
export async function firstApply(
  client: KubeClient,
  objects: readonly KubernetesObject[],
  owned: Pick<OwnedObjects, 'ownsUid'>,
): Promise<FirstApply> {
  const applied: KubernetesObject[] = [];
  const changed: string[] = [];
  for (const object of objects) {
    const created = await client.find(referenceOf(object));
    const { uid, generation } = created?.metadata ?? {};
    if (uid === undefined || !owned.ownsUid(uid)) continue;
    const withUid = { ...object, metadata: { ...object.metadata, uid } };
    const { metadata } = await client.apply(withUid, overCreation);
    applied.push(withUid);
    const line = `${formatReference(referenceOf(object))}: generation ${generation} became ${metadata.generation}`;
    if (metadata.generation !== generation) changed.push(line);
  }
  return { objects: applied, changed };
}

/** Applies the objects a second time. */
export async function secondApply(client: KubeClient, objects: readonly KubernetesObject[]): Promise<SecondApply> {
  const own: string[] = [];
  const foreign: string[] = [];
  for (const object of objects) {
    const reference = referenceOf(object);
    const before = await client.get<Managed>(reference);
    const after = await client.apply<Managed>(object);
    const { generation, resourceVersion } = before.metadata;
    const line = `${formatReference(reference)}: generation ${generation} became ${after.metadata.generation}, resourceVersion ${resourceVersion} became ${after.metadata.resourceVersion}`;
    if (generation !== after.metadata.generation || appliedAt(before) !== appliedAt(after)) own.push(line);
    else if (resourceVersion !== after.metadata.resourceVersion) foreign.push(line);
  }
  return { own, foreign };
}

/**
 * The time of the last apply of this suite that changed the object.
 * Source: Kubernetes, Server-Side Apply: field management; an apply without a change keeps the time.
 */
function appliedAt({ metadata }: Managed): string | undefined {
  return metadata.managedFields?.find(({ manager, operation }) => manager === fieldManager && operation === 'Apply')?.time;
}
