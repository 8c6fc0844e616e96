import { type ExporterOptions, ownPodOf, parseExporterArguments } from '../catalogue/arguments.ts';
import { exposedResources } from '../catalogue/exposed.ts';
import { tables } from '../catalogue/resources/index.ts';
import { UsageError } from '../errors.ts';
import type { Pod } from '../kube/pod.ts';
import type { Container } from '../kube/workload.ts';
import { nameOf } from './find.ts';
import { argumentsWithFiles, type Mounting, withMountedFiles } from './mounted.ts';
import { argumentsIn, argumentsOf, flagValue } from './ports.ts';

/** The flags that select a share of the objects. Source: kube-state-metrics, README: horizontal sharding. */
const valueFlags = ['shard', 'total-shards', 'pod', 'pod-namespace', 'node'];
const ofShare = new RegExp(`^--?(?:(?:${valueFlags.join('|')})(=|$)|track-unscheduled-pods(?:=|$))`);

/** The arguments of the same exporter if it exposed all objects: without shard, pod, node and unscheduled pods. */
export function withoutShare(args: readonly string[]): readonly string[] {
  // The value may be an argument of its own: `--shard 0`.
  const isValue = (index: number) => ofShare.exec(args[index - 1] ?? '')?.[1] === '';
  return args.filter((argument, index) => !ofShare.test(argument) && !isValue(index));
}

/** Whether each pod of a workload exposes a share of its own: by the ordinal in its name, or by its node. */
export function sharesByPod(container: Container): boolean {
  const args = argumentsOf(container);
  return ownPodOf(args) !== undefined || (flagValue(args, '--node') ?? '').includes('$(');
}

/** Whether the pods of a workload find their shards by themselves, from their StatefulSet. */
export function findsOwnShard(container: Container): boolean {
  return ownPodOf(argumentsOf(container)) !== undefined;
}

/**
 * The options of the exporter in a pod, with its environment and its shard.
 * @param replicas of its StatefulSet, which are the number of shards where the pod finds its own
 * @throws UsageError when the arguments or their files are not supported, or when the pod's name has no ordinal
 */
export function optionsOfPod(sharing: SharingWorkload, pod: Pod, replicas: number): ExporterOptions {
  const args = withMountedFiles(argumentsIn(sharing.container, pod), sharing);
  const own = ownPodOf(args);
  if (own === undefined) return parseExporterArguments(args);
  const [, ordinal] = /-(\d+)$/.exec(own.name) ?? [];
  if (ordinal === undefined)
    throw new UsageError(`--pod=${own.name} names no pod of a StatefulSet: expected a name with an ordinal.`);
  const { shard: _, ...options } = parseExporterArguments(withoutOwnPod(args));
  return replicas === 1 ? options : { ...options, shard: { ordinal: Number(ordinal), total: replicas } };
}

function withoutOwnPod(args: readonly string[]): readonly string[] {
  const own = /^--?pod(?:-namespace)?(=|$)/;
  return args.filter((argument, index) => !own.test(argument) && own.exec(args[index - 1] ?? '')?.[1] !== '');
}

/**
 * The arguments of one exporter that exposes what several expose together: those of the first, with the resources and namespaces of all.
 * @param shares the arguments of each, without its share
 */
export function argumentsOfWhole(shares: readonly (readonly string[])[]): readonly string[] {
  const [first = []] = shares;
  const united = ['--resources', '--namespaces'];
  const union = (flag: string) => {
    const values = shares.map((args) => flagValue(args, flag) ?? '');
    // Without the flag, a workload exposes everything.
    if (values.includes('')) return [];
    return [`${flag}=${[...new Set(values.flatMap((value) => value.split(',')))].join(',')}`];
  };
  const isUnited = (argument: string) => united.some((flag) => argument === flag || argument.startsWith(`${flag}=`));
  const kept = first.filter((argument, index) => !isUnited(argument) && !united.includes(first[index - 1] ?? ''));
  return [...kept, ...united.flatMap(union)];
}

/** A workload that may be a share of an exporter. */
type SharingWorkload = Mounting & { readonly container: Container };

/**
 * Refuses workloads that expose the same objects, as every series of them would exist twice, and shards of different totals. A shard
 * that is missing is no contradiction: that is the failure of a requirement.
 * @throws UsageError that names both workloads and what they have in common
 */
export function refuseContradictions(targets: readonly SharingWorkload[]): void {
  for (const [index, target] of targets.entries()) {
    for (const later of targets.slice(index + 1)) {
      const contradiction = contradictionBetween(target, later);
      if (contradiction !== undefined) throw new UsageError(contradiction);
    }
  }
}

function contradictionBetween(a: SharingWorkload, b: SharingWorkload): string | undefined {
  const [first, second] = [shareOf(a), shareOf(b)];
  const common = [...first.resources].filter((resource) => second.resources.has(resource));
  if (common.length === 0 || areDisjoint(first.options.namespaces, second.options.namespaces)) return undefined;
  // Lists of metrics may divide the families of an object.
  if (first.metrics !== second.metrics) return undefined;
  const names = [nameOf(a.workload), nameOf(b.workload)];
  const [one, two] = [first.options.shard, second.options.shard];
  if (one && two && one.total !== two.total) {
    return `${names[0]} has --total-shards=${one.total} and ${names[1]} has ${two.total}: expected one total for all shards.`;
  }
  if (one && two) {
    if (one.ordinal !== two.ordinal) return undefined;
    return `${names.join(' and ')} are both shard ${one.ordinal} of ${one.total}, so that every series of that shard would exist twice: expected another --shard in one of them.`;
  }
  if (!overlap(first.options, second.options)) return undefined;
  const shown = common.length > 3 ? `${common.slice(0, 3).join(', ')} and ${common.length - 3} more` : common.join(' and ');
  return `${names.join(' and ')} both expose ${shown}, so that every such series would exist twice: expected different --shard, --resources or --namespaces.`;
}

interface WorkloadShare {
  readonly options: ExporterOptions;
  readonly resources: ReadonlySet<string>;
  /** The lists of metrics, as text. */
  readonly metrics: string;
}

function shareOf(sharing: SharingWorkload): WorkloadShare {
  const args = argumentsWithFiles(sharing);
  const options = parseExporterArguments(withoutOwnPod(args));
  const lists = ['--metric-allowlist', '--metric-denylist'].map((flag) => flagValue(args, flag) ?? '');
  const resources = exposedResources(tables, sharing.version, options).map(({ table }) => table.resource);
  return { options, resources: new Set(resources), metrics: lists.join('\n') };
}

/** Whether the selections of pods have pods in common. Two selections by node are those of different nodes. */
function overlap(a: ExporterOptions, b: ExporterOptions): boolean {
  const [byNode, unscheduled] = [
    [a.node, b.node].filter((node) => node !== undefined).length,
    [a.unscheduledPods, b.unscheduledPods].filter((selects) => selects).length,
  ];
  return !(byNode === 2 || (byNode === 1 && unscheduled === 1));
}

function areDisjoint(a: ReadonlySet<string> | undefined, b: ReadonlySet<string> | undefined): boolean {
  return a !== undefined && b !== undefined && [...a].every((namespace) => !b.has(namespace));
}
