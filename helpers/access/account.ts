import type { KubeClient } from '../kube/client.ts';
import { requestToken } from '../kube/token.ts';
import type { RequirementContext } from '../requirement/context.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch'>;

/** A ServiceAccount, and the API server as it sees it. */
export interface Account {
  /** `system:serviceaccount:monitoring:mntr-agent-kube-state-metrics` */
  readonly user: string;
  readonly client: KubeClient;
}

let exporters: Promise<Account> | undefined;
let control: Promise<Account> | undefined;

/** The exporter's own ServiceAccount; everything it is asked, it is asked with its own token. */
export function exportersAccount({ client, target }: Needed): Promise<Account> {
  exporters ??= accountOf(client, target.namespace, target.serviceAccountName);
  return exporters;
}

/** A fresh ServiceAccount that nothing is bound to: what it may do, Kubernetes gives to every one. */
export function controlAccount({ client, scratch }: Needed): Promise<Account> {
  control ??= scratch.namespace().then(async (namespace) => {
    await scratch.create({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: controlName, namespace } });
    return accountOf(client, namespace, controlName);
  });
  return control;
}

export const controlName = 'control';

async function accountOf(client: KubeClient, namespace: string, name: string): Promise<Account> {
  const token = await requestToken(client, namespace, name);
  return { user: `system:serviceaccount:${namespace}:${name}`, client: client.withToken(token) };
}
