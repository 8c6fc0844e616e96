import { UsageError } from '../errors.ts';
import { refusalIn } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { formatReference, referenceOf } from '../kube/reference.ts';
import { requestToken } from '../kube/token.ts';
import type { Target } from '../target/target.ts';
import { NotObserved, seconds, waitFor } from '../wait.ts';
import { labelled, runLabel } from './label.ts';
import type { Readable } from './reads.ts';
import type { Installation } from './run-state.ts';

/** How long RBAC may take from being stored to being in force. */
const rbacBudget = seconds(5);

/**
 * Applies the manifests as a careful user would: all that the Deployment rests on, then, once the ServiceAccount may read, the Deployment.
 * A refusal of the API server is told, not thrown: it is what a requirement has to say.
 * @param reads what this exporter lists; what the cluster does not serve is left out by the caller
 * @param before done beside that, and ended before the Deployment is applied: fixtures that must be there before the exporter starts
 */
export async function install(
  client: KubeClient,
  target: Target,
  { run, reads, before }: { run: string; reads: readonly Readable[]; before: () => Promise<void> },
): Promise<Installation> {
  const refused: { object: string; message: string }[] = [];
  const apply = async (object: KubernetesObject) => {
    try {
      await client.apply(labelled(object, run));
    } catch (error) {
      refused.push({ object: formatReference(referenceOf(object)), message: refusalIn(error) });
    }
  };
  const applyManifests = async () => {
    for (const object of await withNamespace(client, target)) {
      if (object !== target.deployment) await apply(object);
    }
    return deniedReads(client, target, reads);
  };
  const [deniedBeforeDeployment] = await allOrFailure([applyManifests(), before()]);
  await apply(target.deployment);
  return { refused, deniedBeforeDeployment };
}

/** Waits for both, also where one fails: what is still being made could not be removed. */
async function allOrFailure<A, B>(parts: readonly [Promise<A>, Promise<B>]): Promise<[A, B]> {
  await Promise.allSettled(parts);
  return Promise.all(parts);
}

/**
 * Looks whether the manifests would change something that is there already.
 * @throws UsageError that names the first such object; a namespace may be there, and is then left as it is
 */
export async function refuseWhatIsThere(client: KubeClient, { objects }: Target): Promise<void> {
  for (const object of objects) {
    if (object.kind === 'Namespace' || !client.mapper.serves(object.apiVersion, object.kind)) continue;
    const found = await client.find(referenceOf(object));
    if (!found) continue;
    const run = found.metadata.labels?.[runLabel];
    const advice =
      run === undefined
        ? 'No run of this suite made it; verify on another cluster.'
        : `Run ${run} left it; remove it with npm run clean.`;
    throw new UsageError(`${formatReference(referenceOf(object))} is on the cluster already. ${advice}`);
  }
}

/** The manifests' objects, with the namespace first; one that is there already is nobody's to change. */
async function withNamespace(client: KubeClient, { objects, namespace }: Target): Promise<readonly KubernetesObject[]> {
  const reference = { apiVersion: 'v1', kind: 'Namespace', name: namespace };
  const others = objects.filter(({ kind }) => kind !== 'Namespace');
  if (await client.find(reference)) return others;
  const own = objects.find(({ kind, metadata }) => kind === 'Namespace' && metadata.name === namespace);
  return [own ?? { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }, ...others];
}

async function deniedReads(client: KubeClient, target: Target, reads: readonly Readable[]): Promise<readonly string[]> {
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', namespace: target.namespace, name: target.serviceAccountName };
  if (!(await client.find(account))) return [`no ServiceAccount ${target.namespace}/${target.serviceAccountName}`];
  const asAccount = client.withToken(await requestToken(client, target.namespace, target.serviceAccountName));
  const denied = async () => {
    const answers = await Promise.all(reads.map(async (one) => ({ one, allowed: await mayList(asAccount, one) })));
    return answers.filter(({ allowed }) => !allowed).map(({ one }) => `list ${one.resource}${one.group && `.${one.group}`}`);
  };
  try {
    return await waitFor({
      what: 'the ServiceAccount to be allowed what the exporter reads',
      within: rbacBudget,
      observe: denied,
      until: (list) => list.length === 0,
      describe: (list) => list.join(', '),
    });
  } catch (error) {
    if (error instanceof NotObserved) return denied();
    throw error;
  }
}

async function mayList(client: KubeClient, { group, resource }: Readable): Promise<boolean> {
  const { status } = await client.call<{ status: { allowed: boolean } }>(
    'POST',
    '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    {
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes: { group, resource, verb: 'list' } },
      },
    },
  );
  return status.allowed;
}
