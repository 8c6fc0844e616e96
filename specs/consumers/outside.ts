import { proxyPath } from '../../helpers/exporter/exporter.ts';
import { KubeClient } from '../../helpers/kube/client.ts';
import { asAnonymous } from '../../helpers/kube/connection.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { requestToken } from '../../helpers/kube/service-account.ts';
import type { PolicyRule } from '../../helpers/kube/workload.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

/** Somebody outside of the cluster; all that they have is the cluster's certificate authority and perhaps a token. */
export interface Outside {
  /** `system:serviceaccount:monitoring:reader` */
  readonly user: string;
  readonly client: KubeClient;
}

/** Somewhere that a reader may ask for the exposition, and the one right that this takes. */
export interface Way {
  readonly path: string;
  readonly right: PolicyRule;
}

const RBAC = 'rbac.authorization.k8s.io';

/** Through the exporter's Service. Source: Kubernetes, Access services running on clusters: `service:port`. */
export function byService({ target }: RequirementContext): Way {
  const { name, namespace = 'default' } = target.service.metadata;
  const resourceName = `${name}:${target.ports.metrics.name}`;
  return {
    path: `/api/v1/namespaces/${namespace}/services/${resourceName}/proxy/metrics`,
    right: { apiGroups: [''], resources: ['services/proxy'], resourceNames: [resourceName], verbs: ['get'] },
  };
}

/** Through the exporter's pod. */
export async function byPod({ exporter, target }: RequirementContext): Promise<Way> {
  const pod = await exporter.pod();
  const { number } = target.ports.metrics;
  const resourceNames = [`${pod.metadata.name}:${number}`];
  return {
    path: proxyPath(pod, number, '/metrics'),
    right: { apiGroups: [''], resources: ['pods/proxy'], resourceNames, verbs: ['get'] },
  };
}

/** A reader with the token of a ServiceAccount that is made for it, and with these rights in the exporter's namespace alone. */
export async function readerWith(context: RequirementContext, name: string, rules: readonly PolicyRule[]): Promise<Outside> {
  const { client, scratch, target, run } = context;
  const namespace = await scratch.namespace();
  await scratch.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace } });
  if (rules.length > 0) {
    const metadata = { name: `${name}-${run.id}`, namespace: target.namespace };
    const roleRef = { apiGroup: RBAC, kind: 'Role', name: metadata.name };
    const subjects = [{ kind: 'ServiceAccount', name, namespace }];
    await scratch.create<KubernetesObject>({ apiVersion: `${RBAC}/v1`, kind: 'Role', metadata, rules });
    await scratch.create<KubernetesObject>({ apiVersion: `${RBAC}/v1`, kind: 'RoleBinding', metadata, roleRef, subjects });
  }
  const token = await requestToken(client, namespace, name);
  return { user: `system:serviceaccount:${namespace}:${name}`, client: client.withToken(token) };
}

/** A reader without any token. */
export function readerWithoutToken({ client }: RequirementContext): Outside {
  return { user: 'system:anonymous', client: new KubeClient(asAnonymous(client.connection), client.mapper) };
}

/** A reader with a token that nobody has issued. */
export function readerWithForgedToken({ client }: RequirementContext): Outside {
  return { user: 'nobody', client: client.withToken('forged') };
}
