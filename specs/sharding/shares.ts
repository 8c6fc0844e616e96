import { getFromPod } from '../../helpers/exporter/exporter.ts';
import type { Instance } from '../../helpers/exporter/installed.ts';
import { findsOwnShard } from '../../helpers/exporter/shares.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { allowsAccess } from '../../helpers/kube/access-review.ts';
import type { StatusBody } from '../../helpers/kube/api-error.ts';
import type { KubeClient } from '../../helpers/kube/client.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import { requestToken } from '../../helpers/kube/service-account.ts';
import { describeAnswer } from '../../helpers/suite/attempt.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';

/** How long a shard may take to find its place once its process runs, in milliseconds. */
const placeBudget = seconds(10);

/**
 * Waits until each process reports the shard that its workload gives it.
 * @returns a phrase for each process: `Pod kube-state-metrics-0 is shard 0 of 2`
 */
export async function untilShardsAgree(
  { client }: RequirementContext,
  instances: readonly Instance[],
): Promise<readonly string[]> {
  const shards = await waitFor({
    what: 'kube_state_metrics_shard_ordinal and kube_state_metrics_total_shards as the workloads have them',
    within: placeBudget,
    observe: () =>
      Promise.all(
        instances.map(async (instance) => {
          const { ordinal, total } = instance.options.shard ?? { ordinal: 0, total: 1 };
          const expected = `shard ${ordinal} of ${total}`;
          return { name: instance.name, expected, reported: await reportedShard(client, instance) };
        }),
      ),
    until: (found) => found.every(({ expected, reported }) => reported === expected),
    describe: (found) =>
      found
        .filter(({ expected, reported }) => reported !== expected)
        .map(({ name, expected, reported }) => `${name} reports ${reported}, expected ${expected}`)
        .join('\n'),
  });
  return shards.map(({ name, reported }) => `${name} is ${reported}`);
}

/** The shard of a process by its telemetry, `shard 0 of 2`. Source: kube-state-metrics, pkg/sharding/metrics.go. */
async function reportedShard(client: KubeClient, { exporter, pod }: Instance): Promise<string> {
  const { bytes } = await getFromPod(client, pod, exporter.target.ports.telemetry.number, '/metrics');
  const { families } = (await readExposition(bytes, { format: 'text' })).exposition;
  const ordinals = families.get('kube_state_metrics_shard_ordinal')?.samples ?? [];
  // The ordinal is in the label as well; the two must not differ.
  const ordinal = ordinals.find(({ labels, value }) => labels.shard_ordinal === String(value))?.value;
  const total = families.get('kube_state_metrics_total_shards')?.samples[0]?.value;
  return `shard ${ordinal ?? '(no ordinal)'} of ${total ?? '(no total)'}`;
}

/** The shares that no workload has, a line each: a missing ordinal, pods without a node, and nodes without a process. */
export async function missingShares(context: RequirementContext, instances: readonly Instance[]): Promise<readonly string[]> {
  return [...missingShards(instances), ...(await missingSelections(context, instances))];
}

function missingShards(instances: readonly Instance[]): readonly string[] {
  const shards = instances.flatMap(({ options }) => options.shard ?? []);
  const total = Math.max(0, ...shards.map((shard) => shard.total));
  const present = new Set(shards.map(({ ordinal }) => ordinal));
  const missing = Array.from({ length: total }, (_, ordinal) => ordinal).filter((ordinal) => !present.has(ordinal));
  return missing.map((ordinal) => `shard ${ordinal} of ${total}: no workload of the manifests is this shard`);
}

async function missingSelections({ client }: RequirementContext, instances: readonly Instance[]): Promise<readonly string[]> {
  const nodes = new Set(instances.flatMap(({ options }) => options.node ?? []));
  if (nodes.size === 0) return [];
  const exposesAll = instances.some(
    ({ options: { node, unscheduledPods, resources } }) => !node && !unscheduledPods && (resources?.has('pods') ?? true),
  );
  if (exposesAll) return [];
  const pods = await client.list<Pod>({ apiVersion: 'v1', kind: 'Pod' });
  const existing = new Set((await client.list({ apiVersion: 'v1', kind: 'Node' })).map(({ metadata }) => metadata.name));
  const used = [...new Set(pods.flatMap(({ spec }) => spec.nodeName ?? []))].filter((node) => existing.has(node));
  const without = used.filter((node) => !nodes.has(node));
  const unscheduled = instances.some(({ options }) => options.unscheduledPods);
  return [
    ...without.map((node) => `the pods of the node ${node}: no process selects them with --node=${node}`),
    ...(unscheduled ? [] : ['pods without a node: no workload has --track-unscheduled-pods']),
  ];
}

/**
 * What an account is denied that must find its own shard, a line each: to get its pod and the StatefulSet of that, and to list and watch that
 * StatefulSet by its name, without which no shard is ever configured. Source: kube-state-metrics, pkg/metricshandler.
 */
export async function deniedPlace({ client, workloads }: RequirementContext): Promise<readonly string[]> {
  const automatic = workloads.filter(({ target }) => findsOwnShard(target.container));
  const denied = automatic.map(async ({ target: { namespace, serviceAccountName, workload } }) => {
    const { name } = workload.metadata;
    const places = [
      { apiVersion: 'v1', kind: 'Pod', namespace, name: `${name}-0` },
      { apiVersion: 'apps/v1', kind: 'StatefulSet', namespace, name },
    ];
    const account = client.withToken(await requestToken(client, namespace, serviceAccountName));
    const byName = { fieldSelector: `metadata.name=${name}` };
    const sets = client.mapper.collection({ apiVersion: 'apps/v1', kind: 'StatefulSet', namespace });
    const answers = await Promise.all([
      ...places.map((place) => account.answer<StatusBody>('GET', client.mapper.path(place))),
      account.answer<StatusBody>('GET', sets, { query: byName }),
    ]);
    const watch = { verb: 'watch', group: 'apps', resource: 'statefulsets', namespace, name };
    const mayWatch = await allowsAccess(account, { resourceAttributes: watch });
    return [
      ...answers.filter(({ status }) => status !== 200 && status !== 404).map(describeAnswer),
      ...(mayWatch ? [] : [`watch statefulsets.apps "${name}" in the namespace ${namespace}: denied by its review`]),
    ];
  });
  return (await Promise.all(denied)).flat();
}
