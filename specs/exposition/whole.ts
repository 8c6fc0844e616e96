import { describe } from '../../helpers/accounting/describe.ts';
import { verifyNone } from '../../helpers/failure.ts';
import { withoutPayload } from '../../helpers/kube/bookkeeping.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { scrapeExporter } from '../../helpers/suite/scrape.ts';
import { accountingOfRun } from './live-accounting.ts';

/** Holds what belongs to no resource's own requirement: families that nobody knows. */
export async function verifyNothingElse(context: RequirementContext): Promise<void> {
  const accounting = await accountingOfRun(context);
  const strangers = accounting.differences.filter(({ resource }) => resource === undefined);
  verifyNone(describe({ differences: strangers }, { limit: 40 }), 'no sample that belongs to no resource');
}

/** The config maps that are not younger than the exporter's process, and those among them that it does not tell of. */
export async function objectsFromBeforeTheStart(
  context: RequirementContext,
): Promise<{ older: number; silent: readonly string[] }> {
  const { client, exporter } = context;
  const started = startOf(await exporter.pod());
  const all = await client.list<KubernetesObject>({ apiVersion: 'v1', kind: 'ConfigMap' }, {}, withoutPayload);
  // Both times are in whole seconds: what was made in the same one must be told as well, whichever was first.
  const older = all.filter(({ metadata }) => Date.parse(metadata.creationTimestamp ?? '') <= started);
  const { exposition } = await scrapeExporter(context);
  const told = new Set(
    exposition.families.get('kube_configmap_info')?.samples.map(({ labels }) => `${labels.namespace}/${labels.configmap}`),
  );
  const names = older.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  return { older: older.length, silent: names.filter((name) => !told.has(name)).map((name) => `ConfigMap ${name}`) };
}

/** When the first container of a pod began to run, in milliseconds. */
function startOf(pod: Pod): number {
  return Date.parse(pod.status?.containerStatuses?.[0]?.state?.running?.startedAt ?? '');
}
