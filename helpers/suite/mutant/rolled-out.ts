import { InstalledTarget } from '../../exporter/installed.ts';
import { describePod } from '../../kube/pod.ts';
import { seconds, waitFor } from '../../wait.ts';
import type { ClusterChange } from './mutant.ts';

/** The exporter's Deployment with one more argument than the manifests give it, once that is rolled out. */
export const furtherArgument =
  (argument: string): ClusterChange =>
  async ({ client, target }) => {
    const { name, namespace = 'default' } = target.deployment.metadata;
    const exporter = new InstalledTarget(client, target);
    const old = await exporter.pod();
    await client.call('PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, {
      contentType: 'application/json-patch+json',
      body: [{ op: 'add', path: '/spec/template/spec/containers/0/args', value: [...target.arguments, argument] }],
    });
    await waitFor({
      what: `the rollout of ${argument}`,
      within: seconds(60),
      observe: () => exporter.pods(),
      until: (pods) => pods.length === 1 && pods[0]?.metadata.uid !== old.metadata.uid,
      describe: (pods) => pods.map(describePod).join('; ') || 'no pod',
    });
    return async () => undefined;
  };
