import type { KubeClient } from '../../helpers/kube/client.ts';
import { requestToken } from '../../helpers/kube/token.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch'>;

/** A ServiceAccount, and the API server as it sees it. */
export interface Account {
  /** `system:serviceaccount:monitoring:mntr-agent-kube-state-metrics` */
  readonly user: string;
  readonly client: KubeClient;
}

/** The exporter's own ServiceAccount; everything it is asked, it is asked with its own token. */
export const exportersAccount = memoizePerContext(({ client, target }: Needed) =>
  accountOf(client, target.namespace, target.serviceAccountName),
);

/** A fresh ServiceAccount that nothing is bound to: what it may do, Kubernetes gives to every one. */
export const controlAccount = memoizePerContext(async ({ client, scratch }: Needed) => {
  const namespace = await scratch.namespace();
  await scratch.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: controlName, namespace } });
  return accountOf(client, namespace, controlName);
});

export const controlName = 'control';

async function accountOf(client: KubeClient, namespace: string, name: string): Promise<Account> {
  const token = await requestToken(client, namespace, name);
  return { user: `system:serviceaccount:${namespace}:${name}`, client: client.withToken(token) };
}
