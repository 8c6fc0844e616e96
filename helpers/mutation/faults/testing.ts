import type { KubernetesObject } from '../../kube/object.ts';
import { isReady, type Pod } from '../../kube/pod.ts';
import { formatReference, referenceOf } from '../../kube/reference.ts';
import { seconds, waitFor } from '../../wait.ts';
import { type BedOptions, FaultBed } from './bed.ts';
import type { Outcome } from './run-command.ts';

/** How long one run may take in a test, on a machine that has other things to do. */
export const timeOfRun = seconds(300);

/** For tests: a cluster that exists, a new one for every test. */
export function faultBed(options: Partial<BedOptions> = {}): () => FaultBed {
  let bed: FaultBed | undefined;
  const running = () => {
    if (bed === undefined) throw new Error('The cluster is there only while a test runs.');
    return bed;
  };
  beforeEach(async () => {
    bed = await FaultBed.start({ strangers: 40, ...options });
  }, timeOfRun);
  afterEach(() => running().stop());
  return running;
}

/** What a test looks at of an outcome, short enough to be read where it differs. */
export function endOf({ exitCode, lost, left, report, reportIsOld }: Outcome) {
  const names = left.map((object) => formatReference(referenceOf(object)));
  return {
    exitCode,
    lost,
    left: names,
    leftovers: report?.leftovers,
    verdict: reportIsOld ? 'of an earlier run' : report?.verdict,
  };
}

/** What a command must come to that leaves the cluster as it was: nothing of it, and all that belongs to others. */
export const nothingTouched = { lost: [], left: [] };

/** Makes an exporter of somebody else, and waits until it is Ready. */
export async function plantExporter(bed: FaultBed, objects: readonly KubernetesObject[], namespace: string): Promise<void> {
  const isExporter = ({ metadata }: Pod) => metadata.name.includes('kube-state-metrics');
  await bed.plant(objects, () =>
    waitFor({
      what: `the exporter in ${namespace} Ready`,
      within: seconds(60),
      observe: () => bed.client.list<Pod>({ apiVersion: 'v1', kind: 'Pod', namespace }),
      until: (pods) => pods.some((pod) => isExporter(pod) && isReady(pod)),
      describe: (pods) => `${pods.length} pods`,
    }),
  );
}
