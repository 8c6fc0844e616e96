import { servedReads } from '../../helpers/exporter/reads.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { runLabel } from '../../helpers/kube/run-label.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

/**
 * Changes an annotation of one object of each kind that the exporter reads, among the objects that the run has made.
 * @returns how many kinds there are
 */
export async function touchEveryKind({ client, objects, run, target }: RequirementContext): Promise<number> {
  const labelSelector = `${runLabel}=${run.id}`;
  const annotations = { 'conformance.kube-state-metrics/touched': new Date().toISOString() };
  const touched = servedReads(target, client.mapper).map(async ({ apiVersion, kind }) => {
    const object = (await client.list({ apiVersion, kind }, { labelSelector })).find((labelled) => objects.owns(labelled));
    if (object) await client.merge(referenceOf(object), { metadata: { annotations } });
    return object;
  });
  return (await Promise.all(touched)).filter((object) => object !== undefined).length;
}
