import { UsageError } from '../errors.ts';
import { resolveImage } from '../exporter/image.ts';
import type { ProfileName } from '../exporter/profile.ts';
import { didYouMean } from '../nearest.ts';
import { selectionOf } from '../suite/selection.ts';
import { type Given, type GivenSettings, readSettings } from './options/command-line.ts';
import { defaults, settings } from './options/settings.ts';

type ClusterKind = 'k3s' | 'kubeconfig' | 'simulated';
type TargetName = 'agent' | 'standard' | 'current';

/** What the user asked for, validated. */
export interface Options {
  /** Absent where the user leaves the choice to what the machine has. */
  readonly cluster: ClusterKind | undefined;
  readonly k3sImage: string;
  readonly agents: number;
  /** The path of k3s's registries.yaml for the nodes that are booted. */
  readonly registries?: string;
  /** The exporter as it was given, perhaps a tag alone: `resolveImage` completes it from the manifests. */
  readonly image?: string;
  /** Of no meaning where `manifests` is given. */
  readonly target: TargetName;
  readonly manifests?: string;
  /** A selector of the labels of an exporter that is deployed already, and is examined as it is. */
  readonly audit?: string;
  /** Only with `manifests` or `audit`; a known target has its own. */
  readonly profile?: ProfileName;
  readonly workloadImage: string;
  readonly prometheusImage: string;
  /** Absent where no operator is to be started. */
  readonly operatorImage?: string;
  /** Areas and ids; empty for everything. */
  readonly only: readonly string[];
  readonly reports: string;
  readonly keep: boolean;
  readonly reuse: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly bail: boolean;
  readonly list: boolean;
  readonly rerunFailed: boolean;
}

/**
 * The one place where options are read and validated: flag, then environment variable, then default.
 * @param argv the arguments alone, without node and script
 * @param requirements the ids that `--only` may name, directly or by their area; without them it is not validated
 * @throws UsageError, one sentence, with the nearest match for what does not exist
 */
export function parseOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
  requirements?: readonly string[],
): Options {
  const given = readSettings(argv, environment);
  const options = {
    cluster: choice<ClusterKind>(given, 'cluster'),
    k3sImage: image(given, 'k3s-image', defaults.k3sImage),
    agents: count(given, 'agents'),
    ...optional('registries', given.get('registries')?.text),
    ...optional('image', validImage(given.get('image'))),
    target: choice<TargetName>(given, 'target') ?? 'agent',
    ...optional('audit', given.get('audit')?.text),
    ...manifestsAndProfile(given),
    workloadImage: image(given, 'workload-image', defaults.workloadImage),
    prometheusImage: image(given, 'prometheus-image', defaults.prometheusImage),
    ...optional('operatorImage', validImage(given.get('operator-image'))),
    only: selectionOf(given.get('only')?.text, requirements),
    reports: given.get('reports')?.text ?? 'reports',
    keep: given.has('keep'),
    reuse: given.has('reuse'),
    ...optional('kubeconfig', given.get('kubeconfig')?.text),
    ...optional('context', given.get('context')?.text),
    bail: given.has('bail'),
    list: given.has('list'),
    rerunFailed: given.has('rerun-failed'),
  };
  refuseContradictions(options, given);
  return options;
}

function refuseContradictions(options: Options, given: GivenSettings): void {
  const { cluster, kubeconfig, context, only, rerunFailed, audit } = options;
  if (cluster === 'kubeconfig') {
    if (!kubeconfig || !context) {
      throw new UsageError(
        '--cluster kubeconfig needs both --kubeconfig PATH and --context NAME; nothing is taken from the environment.',
      );
    }
    const booted = ['k3s-image', 'agents', 'registries'].find((flag) => given.get(flag)?.origin === 'flag');
    if (booted)
      throw new UsageError(`--${booted} describes a cluster that is booted; --cluster kubeconfig uses one that exists.`);
  } else {
    const named = ['kubeconfig', 'context'].find((flag) => given.has(flag));
    if (named) throw new UsageError(`--${named} has no meaning without --cluster kubeconfig.`);
  }
  if (options.reuse && given.get('registries')?.origin === 'flag') {
    throw new UsageError('--registries is for nodes that are booted; --reuse uses nodes that have theirs.');
  }
  if (audit !== undefined) refuseWithAudit(cluster, given);
  if (rerunFailed && only.length > 0)
    throw new UsageError('--rerun-failed and --only both choose the requirements: give one of them.');
}

/** An audit finds what it examines, and makes nothing. */
function refuseWithAudit(cluster: ClusterKind | undefined, given: GivenSettings): void {
  if (cluster !== 'kubeconfig')
    throw new UsageError('--audit examines an exporter on a cluster that exists: --cluster kubeconfig.');
  const named = ['target', 'manifests', 'keep', 'reuse', 'operator-image'].find((flag) => given.get(flag)?.origin === 'flag');
  if (named) throw new UsageError(`--${named} has no meaning with --audit, which takes what is deployed and changes nothing.`);
}

/** A flag outdoes a variable of the environment; two that were given in the same way contradict each other. */
function manifestsAndProfile(given: GivenSettings): { manifests?: string; profile?: ProfileName } {
  const manifests = given.get('manifests');
  const target = given.get('target');
  const profile = choice<ProfileName>(given, 'profile');
  if (given.has('audit')) return { profile: profile ?? 'deployed' };
  const outdone = target?.origin === 'flag' && manifests?.origin === 'environment';
  if (!manifests || outdone) {
    if (given.get('profile')?.origin === 'flag')
      throw new UsageError('--profile has no meaning without --manifests or --audit: a known target has its own.');
    return {};
  }
  if (manifests.origin === target?.origin) {
    throw new UsageError(`${manifests.name} and ${target.name} both say what is under test: give one of them.`);
  }
  return { manifests: manifests.text, profile: profile ?? 'agent' };
}

function choice<T extends string>(given: GivenSettings, flag: string): T | undefined {
  const value = given.get(flag);
  if (!value) return undefined;
  const choices = settings.find((setting) => setting.flag === flag)?.choices ?? [];
  if (choices.includes(value.text)) return value.text as T;
  throw new UsageError(`${value.name} is one of ${choices.join(', ')}, not "${value.text}"${didYouMean(value.text, choices)}`);
}

function count(given: GivenSettings, flag: string): number {
  const value = given.get(flag);
  if (!value || !/^\d{1,2}$/.test(value.text))
    throw new UsageError(`${value?.name ?? flag} is a whole number from 0 to 99, not "${value?.text}".`);
  return Number(value.text);
}

function image(given: GivenSettings, flag: string, standard: string): string {
  const value = given.get(flag);
  return value ? resolved(value, standard) : standard;
}

function validImage(value: Given | undefined): string | undefined {
  if (value) resolved(value, 'kube-state-metrics');
  return value?.text;
}

function resolved(value: Given, base: string): string {
  try {
    return resolveImage(value.text, base);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${value.name}: ${error.message}`) : error;
  }
}

function optional<K extends string>(key: K, value: string | undefined): Partial<Record<K, string>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, string>);
}
