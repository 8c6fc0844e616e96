import type { KubernetesObject } from '../../kube/object.ts';
import { isReady, type Pod } from '../../kube/pod.ts';
import { formatReference, referenceOf } from '../../kube/reference.ts';
import { seconds, waitFor } from '../../wait.ts';
import { ExistingCluster, type ExistingClusterOptions } from './existing-cluster.ts';
import type { Outcome } from './run-command.ts';

/** The timeout of one run in a test, in milliseconds, for a busy machine. */
export const runTimeout = seconds(300);

/** For tests: an existing cluster, a new one for each test. */
export function existingCluster(options: Partial<ExistingClusterOptions> = {}): () => ExistingCluster {
  let cluster: ExistingCluster | undefined;
  const running = () => {
    if (cluster === undefined) throw new Error('The cluster exists only while a test runs.');
    return cluster;
  };
  beforeEach(async () => {
    cluster = await ExistingCluster.start({ foreignObjects: 40, ...options });
  }, runTimeout);
  afterEach(() => running().stop());
  return running;
}

/** The part of an outcome that tests compare. */
export function endState({ exitCode, lost, left, report, reportIsOld }: Outcome) {
  const names = left.map((object) => formatReference(referenceOf(object)));
  return {
    exitCode,
    lost,
    left: names,
    leftovers: report?.leftovers,
    verdict: reportIsOld ? 'of an earlier run' : report?.verdict,
  };
}

/** The end state of a command that leaves nothing and changes no object of others. */
export const clusterUntouched = { lost: [], left: [] };

/** Creates an exporter of others, and waits until it is Ready. */
export async function createForeignExporter(
  cluster: ExistingCluster,
  objects: readonly KubernetesObject[],
  namespace: string,
): Promise<void> {
  const isExporter = ({ metadata }: Pod) => metadata.name.includes('kube-state-metrics');
  await cluster.createAsOthers(objects, () =>
    waitFor({
      what: `the exporter in ${namespace} Ready`,
      within: seconds(60),
      observe: () => cluster.client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace }),
      until: (pods) => pods.some((pod) => isExporter(pod) && isReady(pod)),
      describe: (pods) => `${pods.length} pods`,
    }),
  );
}
