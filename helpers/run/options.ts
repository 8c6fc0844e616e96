import { Command } from 'commander';
import { parseOrRefuse, unknownVariables } from '../command-line.ts';
import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { selectionOf } from '../suite/selection.ts';
import { addRunOptions, defaults, runOptions, variables } from './option-definitions.ts';

/** The validated options of a conformance run. */
export interface Options {
  /** Undefined where the machine decides: k3s where Docker answers. */
  readonly cluster: 'k3s' | 'kubeconfig' | 'simulated' | undefined;
  readonly k3sImage: string;
  readonly agents: number;
  /** The path of k3s's registries.yaml for the nodes that are booted. */
  readonly registries?: string;
  /** The exporter's image as it was set, perhaps only a tag: `resolveImage` completes it from the manifests. */
  readonly image?: string;
  /** Ignored where `manifests` is set. */
  readonly target: 'agent' | 'standard' | 'current';
  readonly manifests?: string;
  /** The label selector of an exporter that is already deployed, and is examined as it is. */
  readonly audit?: string;
  /** The file with a token for an audited exporter that requires one. */
  readonly tokenFile?: string;
  /** The name of a profile or the path of a file; only with `manifests` or `audit`: a known target has its own. */
  readonly profile?: string;
  readonly workloadImage: string;
  readonly prometheusImage: string;
  /** Undefined where no operator is to be started. */
  readonly operatorImage?: string;
  /** Undefined where no prometheus-adapter is to be started. */
  readonly adapterImage?: string;
  /** Areas and ids; empty for everything. */
  readonly only: readonly string[];
  readonly reports: string;
  /** The file of the run's trace. */
  readonly trace?: string;
  readonly keep: boolean;
  readonly reuse: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly bail: boolean;
  readonly list: boolean;
  readonly rerunFailed: boolean;
}

/**
 * Parses the options of a conformance run: flag, then environment variable, then default.
 * @param argv the arguments without node and script
 * @param requirements the ids that `--only` may name, directly or by their area; without them it is not validated
 * @throws UsageError, one sentence, with the nearest match for a name that does not exist
 */
export function parseOptions(argv: readonly string[], requirements?: readonly string[]): Options {
  return optionsOf(parseOrRefuse(addRunOptions(new Command()), argv), requirements);
}

/**
 * The options of a command that `addRunOptions` was applied to, once commander has parsed them.
 * @throws UsageError for options that contradict each other, an unknown requirement, and a CONFORMANCE_ variable that sets no option
 */
export function optionsOf(command: Command, requirements?: readonly string[]): Options {
  const { only, manifests, profile, ...values } = valuesOf(command);
  refuseUnknownVariables();
  refuseContradictions(command);
  return {
    cluster: undefined,
    k3sImage: defaults.k3sImage,
    agents: 0,
    target: 'agent',
    workloadImage: defaults.workloadImage,
    prometheusImage: defaults.prometheusImage,
    reports: 'reports',
    keep: false,
    reuse: false,
    bail: false,
    list: false,
    rerunFailed: false,
    ...values,
    ...manifestsAndProfile(command, manifests, profile),
    only: selectionOf(only, requirements),
  };
}

function refuseUnknownVariables(): void {
  const [unknown] = unknownVariables(process.env, variables);
  if (unknown !== undefined) throw new UsageError(`There is no environment variable ${unknown}${didYouMean(unknown, variables)}`);
}

function refuseContradictions(command: Command): void {
  const { cluster, kubeconfig, context, audit, reuse } = valuesOf(command);
  if (cluster === 'kubeconfig') {
    if (!kubeconfig || !context) {
      throw new UsageError(
        '--cluster kubeconfig needs both --kubeconfig PATH and --context NAME; neither has an environment variable.',
      );
    }
    const booted = flagAmong(command, ['k3s-image', 'agents', 'registries']);
    if (booted) throw new UsageError(`${booted} describes a booted cluster; --cluster kubeconfig uses an existing one.`);
  } else {
    const existing = flagAmong(command, ['kubeconfig', 'context']);
    if (existing) throw new UsageError(`${existing} has no meaning without --cluster kubeconfig.`);
  }
  if (reuse && flagAmong(command, ['registries'])) {
    throw new UsageError('--registries is for nodes that are booted; --reuse uses nodes that have theirs.');
  }
  if (audit === undefined && flagAmong(command, ['token-file'])) {
    throw new UsageError('--token-file has no meaning without --audit: a run creates the account with which it scrapes.');
  }
  if (audit === undefined) return;
  if (cluster !== 'kubeconfig')
    throw new UsageError('--audit examines an exporter on an existing cluster: set --cluster kubeconfig.');
  const installing = flagAmong(command, ['target', 'manifests', 'keep', 'reuse', 'operator-image', 'adapter-image']);
  if (installing)
    throw new UsageError(`${installing} has no meaning with --audit, which examines what is deployed and changes nothing.`);
}

/**
 * A flag takes precedence over an environment variable of the other option, which commander's `conflicts` does not know; two that
 * were set in the same way contradict each other.
 */
function manifestsAndProfile(
  command: Command,
  manifests: string | undefined,
  profile: string | undefined,
): Pick<Options, 'manifests' | 'profile'> {
  const promised = profile === undefined ? {} : { profile };
  if (valuesOf(command).audit !== undefined) return promised;
  const [manifestsSource, targetSource] = [sourceOf(command, 'manifests'), sourceOf(command, 'target')];
  if (manifests === undefined || (targetSource === 'cli' && manifestsSource === 'env')) {
    if (sourceOf(command, 'profile') === 'cli')
      throw new UsageError('--profile has no meaning without --manifests or --audit: a known target has its own profile.');
    return {};
  }
  if (manifestsSource === targetSource) {
    const names = ['manifests', 'target'].map((name) => (targetSource === 'cli' ? `--${name}` : variableOf(name)));
    throw new UsageError(`${names.join(' and ')} both choose what is under test: set one of them.`);
  }
  return { manifests, ...promised };
}

/** The first of the options that was set by a flag: `--agents`. */
function flagAmong(command: Command, names: readonly string[]): string | undefined {
  const name = names.find((each) => sourceOf(command, each) === 'cli');
  return name === undefined ? undefined : `--${name}`;
}

type Values = Partial<Omit<Options, 'only'>> & { readonly only?: string };

/** The values of the options that `addRunOptions` added; a command may have an option of its own with the same name. */
function valuesOf(command: Command): Values {
  const values = runOptions
    .filter((option) => command.options.includes(option))
    .map((option) => [option.attributeName(), command.getOptionValue(option.attributeName())] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function sourceOf(command: Command, name: string): string | undefined {
  const option = command.options.find((each) => each.name() === name && runOptions.includes(each));
  return option && command.getOptionValueSource(option.attributeName());
}

function variableOf(name: string): string | undefined {
  return runOptions.find((option) => option.name() === name)?.envVar;
}
