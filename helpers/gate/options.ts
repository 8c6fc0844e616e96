import { Command, Option } from 'commander';
import { commaSeparated, parseOrRefuse } from '../command-line.ts';
import { UsageError } from '../errors.ts';
import { profileNames } from '../exporter/profile.ts';
import { addRunOptions } from '../run/option-definitions.ts';
import { type Options, optionsOf } from '../run/options.ts';
import { type Budgets, parseBudgets } from './cost.ts';
import type { Load } from './live/measure.ts';
import type { GivenTarget } from './rules/target-labels.ts';
import { FROM_CLUSTER, type SourceRequest } from './sources.ts';

/** The validated options of the gate. */
export interface GateOptions {
  /** A tag or a full image reference. */
  readonly from: string;
  readonly to: string;
  readonly manifestsFrom?: string;
  readonly manifestsTo?: string;
  /** What `manifestsTo` promises, the name of a profile or the path of a file; undefined for what every exporter must do. */
  readonly profile?: string;
  readonly sources: SourceRequest;
  /** The cluster that the source `cluster` stands for. */
  readonly sourceCluster?: { readonly kubeconfig: string; readonly context: string };
  /** How the user's own scrape job labels the exporter. */
  readonly scrape: GivenTarget;
  readonly waivers?: string;
  readonly budgets: Budgets;
  readonly load: Load;
  /** Whether the candidate is also verified against every requirement. */
  readonly conformance: boolean;
  /** The options shared with a conformance run: cluster, images used by the suite, reports. */
  readonly run: Options;
}

const shared = [
  'cluster',
  'k3s-image',
  'agents',
  'registries',
  'workload-image',
  'prometheus-image',
  'operator-image',
  'adapter-image',
  'reports',
  'kubeconfig',
  'context',
];

/**
 * Parses the gate's command line and the environment variables of the options that it shares with a conformance run.
 * @throws UsageError for an unknown option, a missing release or an invalid value
 */
export function parseGateOptions(argv: readonly string[]): GateOptions {
  return gateOptions(parseOrRefuse(addGateOptions(new Command()), argv));
}

/**
 * The options of a command that `addGateOptions` was applied to, once commander has parsed them.
 * @throws UsageError for a missing release, a simulated cluster, a profile without its manifests, an invalid budget or load
 */
export function gateOptions(command: Command): GateOptions {
  const {
    from,
    to,
    manifestsFrom,
    manifestsTo,
    profile,
    budget = [],
    load = [],
    conformance,
    ...options
  } = command.opts<RawOptions>();
  const { rules = [], dashboards = [], waivers } = options;
  // Commander reports a missing mandatory option before a misspelt one.
  if (from === undefined || to === undefined) {
    throw new UsageError('The gate compares two releases: --from v2.5.0 --to v2.20.0, tags or full image references.');
  }
  const sources = { rules, dashboards };
  const sourceCluster = readsCluster(sources) ? sourceClusterOf(command) : undefined;
  const run = optionsOf(command);
  if (run.cluster === 'simulated') {
    throw new UsageError(
      'The gate refuses a simulated cluster: it runs no image, so a result would prove nothing. Use k3s or kubeconfig.',
    );
  }
  if (profile !== undefined && manifestsTo === undefined)
    throw new UsageError('--profile requires --manifests-to: a known target has its own profile.');
  return {
    from,
    to,
    ...(manifestsFrom === undefined ? {} : { manifestsFrom }),
    ...(manifestsTo === undefined ? {} : { manifestsTo }),
    ...(profile === undefined ? {} : { profile }),
    sources,
    ...(sourceCluster && { sourceCluster }),
    scrape: givenTarget(options),
    ...(waivers === undefined ? {} : { waivers }),
    budgets: parseBudgets(budget),
    load: parseLoad(load),
    conformance,
    run,
  };
}

interface RawOptions extends SourceOptions {
  readonly from?: string;
  readonly to?: string;
  readonly manifestsFrom?: string;
  readonly manifestsTo?: string;
  readonly profile?: string;
  readonly budget?: readonly string[];
  readonly load?: readonly string[];
  readonly conformance: boolean;
}

/** The options of `addSourceOptions`, once commander has parsed them. */
export interface SourceOptions {
  readonly rules?: readonly string[];
  readonly dashboards?: readonly string[];
  readonly job?: string;
  readonly targetLabel?: readonly string[];
  readonly honorLabels?: boolean;
  readonly waivers?: string;
}

/** Adds the options for rules, dashboards, how they see the exporter, and waivers. */
export function addSourceOptions(command: Command): Command {
  return command
    .option('--rules <glob>', 'files with rules in any wrapper, or cluster: those of the cluster of --kubeconfig', commaSeparated)
    .option('--dashboards <glob>', 'files with Grafana dashboards, or cluster', commaSeparated)
    .option('--job <name>', 'the job of your scrape configuration (default: what the rules match on, else kube-state-metrics)')
    .option('--target-label <name=value>', 'a label that your scrape configuration adds, such as cluster=prod-1', commaSeparated)
    .option('--honor-labels', 'your scrape configuration honors labels (default: as the ServiceMonitor or the rules have it)')
    .option('--no-honor-labels', 'it does not: the labels of the exporter are renamed to exported_NAME')
    .option('--waivers <file>', 'accepted differences: a list of {difference, reason, until}');
}

/**
 * How the user's own scrape job labels the exporter, as far as it is set.
 * @throws UsageError for a target label that is not NAME=VALUE
 */
export function givenTarget({ job, targetLabel = [], honorLabels }: SourceOptions): GivenTarget {
  return {
    labels: { ...parseTargetLabels(targetLabel), ...(job === undefined ? {} : { job }) },
    ...(honorLabels === undefined ? {} : { honorLabels }),
  };
}

/** Adds the gate's options, and those that it shares with a conformance run, to a command. */
export function addGateOptions(command: Command): Command {
  command
    .usage('--from v2.5.0 --to v2.20.0 [options]')
    .option('--from <image>', 'the release in use: a tag or a full image reference')
    .option('--to <image>', 'the candidate: a tag or a full image reference')
    .option('--manifests-from <path>', 'manifests of the release in use (default: the known target that fits it)')
    .option('--manifests-to <path>', "the candidate's manifests (default: the known target that fits it)")
    .addOption(
      new Option(
        '--profile <NAME|FILE>',
        'what --manifests-to promise, a profile or a YAML file (default: core, what every exporter must do)',
      )
        // For the help and for completion; a file is no choice.
        .choices(profileNames)
        .argParser((value: string) => value),
    )
    .option(
      '--budget <measure=ratio>',
      'highest allowed cost ratio, such as memory=1.5x; measures: scrape, body, series, memory, cpu',
      commaSeparated,
    )
    .option('--load <resource=count>', 'also measure under load: pods=5000, configmaps=1000', commaSeparated)
    .option('--no-conformance', 'do not verify the candidate against the requirements in a cluster of its own');
  return addRunOptions(addSourceOptions(command), { only: shared }).addHelpText(
    'after',
    `
Exit codes: 0 accept, with or without notes; 1 reject; 2 bad usage; 3 no answer, as the cluster failed or
not every requirement was verified with the candidate; 4 the suite itself failed.`,
  );
}

function readsCluster({ rules, dashboards }: SourceRequest): boolean {
  return [...rules, ...dashboards].includes(FROM_CLUSTER);
}

/**
 * The cluster of --kubeconfig and --context, which the sources are read from. Where both releases run in another one, these options are
 * no options of the run.
 */
function sourceClusterOf(command: Command): NonNullable<GateOptions['sourceCluster']> {
  const { cluster, kubeconfig, context } = command.opts<{ cluster?: string; kubeconfig?: string; context?: string }>();
  if (kubeconfig === undefined || context === undefined)
    throw new UsageError('--rules cluster and --dashboards cluster require --kubeconfig PATH and --context NAME.');
  if (cluster !== 'kubeconfig') command.setOptionValue('kubeconfig', undefined).setOptionValue('context', undefined);
  return { kubeconfig, context };
}

function parseTargetLabels(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, name, value] = /^([a-zA-Z_]\w*)=(.*)$/.exec(text) ?? [];
      if (name === undefined || value === undefined) {
        throw new UsageError(`--target-label is NAME=VALUE, such as cluster=prod-1; not "${text}".`);
      }
      return [name, value];
    }),
  );
}

function parseLoad(texts: readonly string[]): Load {
  return new Map(
    texts.map((text) => {
      const [, resource, count] = /^(pods|configmaps)=(\d{1,6})$/.exec(text) ?? [];
      if ((resource !== 'pods' && resource !== 'configmaps') || count === undefined) {
        throw new UsageError(`--load is RESOURCE=COUNT for pods or configmaps, such as pods=5000; not "${text}".`);
      }
      return [resource, Number(count)];
    }),
  );
}
