import type { KubeClient } from '../../helpers/kube/client.ts';
import { requestToken } from '../../helpers/kube/service-account.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch'>;

/** A ServiceAccount, and a client that authenticates with its token. */
export interface Account {
  /** `system:serviceaccount:monitoring:mntr-agent-kube-state-metrics` */
  readonly user: string;
  readonly client: KubeClient;
}

export const exportersAccount = memoizePerContext(({ client, target }: Needed) =>
  accountOf(client, target.namespace, target.serviceAccountName),
);

/** A new ServiceAccount without any binding: its permissions are those of every ServiceAccount. */
export const controlAccount = memoizePerContext(async ({ client, scratch }: Needed) => {
  const namespace = await scratch.namespace();
  await scratch.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: controlName, namespace } });
  return accountOf(client, namespace, controlName);
});

/** The name of every object of the control account. */
export const controlName = 'control';

async function accountOf(client: KubeClient, namespace: string, name: string): Promise<Account> {
  const token = await requestToken(client, namespace, name);
  return { user: `system:serviceaccount:${namespace}:${name}`, client: client.withToken(token) };
}
