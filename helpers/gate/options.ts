import { Command, CommanderError } from 'commander';
import { UsageError } from '../errors.ts';
import { type ProfileName, profiles } from '../exporter/profile.ts';
import { didYouMean } from '../nearest.ts';
import { settings } from '../run/options/settings.ts';
import { type Options, parseOptions } from '../run/options.ts';
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
  /** The profile of `manifestsTo`; undefined without it. */
  readonly profile?: ProfileName;
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

const shared = ['cluster', 'k3s-image', 'agents', 'registries', 'workload-image', 'prometheus-image', 'reports'];

/**
 * Parses the gate's command line. Options shared with `npm run e2e` have the same flags and environment variables.
 * @throws UsageError for an unknown option, a missing release or an invalid value
 */
export function parseGateOptions(
  argv: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): GateOptions {
  const program = gateCommand().allowUnknownOption().allowExcessArguments();
  parse(program, argv);
  refuseUnknown(program.args);
  const {
    from,
    to,
    manifestsFrom,
    manifestsTo,
    profile,
    rules = [],
    dashboards = [],
    job,
    targetLabel = [],
    honorLabels,
    kubeconfig,
    context,
    waivers,
    budget = [],
    load = [],
    conformance,
  } = program.opts<RawOptions>();
  if (from === undefined || to === undefined) {
    throw new UsageError('The gate compares two releases: --from v2.5.0 --to v2.20.0, tags or full image references.');
  }
  const sources = { rules, dashboards };
  const cluster = clusterArguments(kubeconfig, context);
  const sourceCluster = readsCluster(sources) ? sourceClusterOf(kubeconfig, context) : undefined;
  const runsElsewhere = sourceCluster !== undefined && !usesKubeconfig(program.args, environment);
  const run = parseOptions([...program.args, ...(runsElsewhere ? [] : cluster)], environment);
  if (run.cluster === 'simulated') {
    throw new UsageError(
      'The gate refuses a simulated cluster: it runs no image, so a result would prove nothing. Use k3s or kubeconfig.',
    );
  }
  return {
    from,
    to,
    ...(manifestsFrom === undefined ? {} : { manifestsFrom }),
    ...(manifestsTo === undefined ? {} : { manifestsTo }),
    ...(profile === undefined ? {} : { profile: parseProfile(profile, manifestsTo) }),
    sources,
    ...(sourceCluster && { sourceCluster }),
    scrape: {
      labels: { ...parseTargetLabels(targetLabel), ...(job === undefined ? {} : { job }) },
      ...(honorLabels === undefined ? {} : { honorLabels }),
    },
    ...(waivers === undefined ? {} : { waivers }),
    budgets: parseBudgets(budget),
    load: parseLoad(load),
    conformance,
    run,
  };
}

interface RawOptions {
  readonly from?: string;
  readonly to?: string;
  readonly manifestsFrom?: string;
  readonly manifestsTo?: string;
  readonly profile?: string;
  readonly rules?: readonly string[];
  readonly dashboards?: readonly string[];
  readonly job?: string;
  readonly targetLabel?: readonly string[];
  readonly honorLabels?: boolean;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly waivers?: string;
  readonly budget?: readonly string[];
  readonly load?: readonly string[];
  readonly conformance: boolean;
}

/** The text of `--help`. */
export function gateHelp(): string {
  const program = gateCommand();
  const flags = settings.filter(({ flag }) => shared.includes(flag)).map(({ flag }) => `--${flag}`);
  return `${program.helpInformation()}
As with npm run e2e: ${flags.join(', ')}.
Exit codes: 0 accept, with or without notes; 1 reject; 2 bad usage; 3 no answer, as the cluster failed or
not every requirement was verified with the candidate; 4 the suite itself failed.
`;
}

function gateCommand(): Command {
  const commaSeparated = (text: string, previous: readonly string[] = []) => [
    ...previous,
    ...text.split(',').filter((part) => part !== ''),
  ];
  return new Command('npm run gate --')
    .description('Compares two releases of the exporter side by side and decides whether one may replace the other.')
    .usage('--from v2.5.0 --to v2.20.0 [options]')
    .option('--from <image>', 'the release in use: a tag or a full image reference')
    .option('--to <image>', 'the candidate: a tag or a full image reference')
    .option('--manifests-from <path>', 'manifests of the release in use (default: the known target that fits it)')
    .option('--manifests-to <path>', "the candidate's manifests (default: the known target that fits it)")
    .option('--profile <name>', 'the profile of --manifests-to: agent (the default) or standard')
    .option('--rules <glob>', 'files with rules in any wrapper, or cluster: those of the cluster of --kubeconfig', commaSeparated)
    .option('--dashboards <glob>', 'files with Grafana dashboards, or cluster', commaSeparated)
    .option('--job <name>', 'the job of your scrape configuration (default: what the rules match on, else kube-state-metrics)')
    .option('--target-label <name=value>', 'a label that your scrape configuration adds, such as cluster=prod-1', commaSeparated)
    .option('--honor-labels', 'your scrape configuration honors labels (default: as the ServiceMonitor or the rules have it)')
    .option('--no-honor-labels', 'it does not: the labels of the exporter are renamed to exported_NAME')
    .option('--kubeconfig <path>', 'with --cluster kubeconfig, --rules cluster or --dashboards cluster: the file')
    .option('--context <name>', 'the context in that file')
    .option('--waivers <file>', 'accepted differences: a list of {difference, reason, until}')
    .option(
      '--budget <measure=ratio>',
      'highest allowed cost ratio, such as memory=1.5x; measures: scrape, body, series, memory, cpu',
      commaSeparated,
    )
    .option('--load <resource=count>', 'also measure under load: pods=5000, configmaps=1000', commaSeparated)
    .option('--no-conformance', 'do not verify the candidate against the requirements in a cluster of its own')
    .helpOption('-h, --help', 'show this help')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
}

function parse(program: Command, argv: readonly string[]): void {
  try {
    program.parse([...argv], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) throw new UsageError(`${error.message.replace(/^error: /, '')}.`);
    throw error;
  }
}

function refuseUnknown(rest: readonly string[]): void {
  const gateFlags = gateCommand().options.map(({ long = '' }) => long.replace(/^--/, ''));
  for (const argument of rest) {
    const flag = /^--([^=]+)/.exec(argument)?.[1];
    if (flag !== undefined && !shared.includes(flag)) {
      throw new UsageError(`Unknown option --${flag}${didYouMean(flag, [...gateFlags, ...shared], '--')}`);
    }
  }
}

function readsCluster({ rules, dashboards }: SourceRequest): boolean {
  return [...rules, ...dashboards].includes(FROM_CLUSTER);
}

function sourceClusterOf(kubeconfig: string | undefined, context: string | undefined): GateOptions['sourceCluster'] {
  if (kubeconfig !== undefined && context !== undefined) return { kubeconfig, context };
  throw new UsageError('--rules cluster and --dashboards cluster require --kubeconfig PATH and --context NAME.');
}

function clusterArguments(kubeconfig: string | undefined, context: string | undefined): readonly string[] {
  return [
    ...(kubeconfig === undefined ? [] : ['--kubeconfig', kubeconfig]),
    ...(context === undefined ? [] : ['--context', context]),
  ];
}

/** Whether both releases run in the cluster of --kubeconfig, and not in one that is booted. */
function usesKubeconfig(args: readonly string[], environment: Readonly<Record<string, string | undefined>>): boolean {
  const flags = args.flatMap((argument, index) =>
    argument === '--cluster' ? [args[index + 1]] : argument.startsWith('--cluster=') ? [argument.slice(10)] : [],
  );
  return (flags.at(-1) ?? environment.CONFORMANCE_CLUSTER) === 'kubeconfig';
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

function parseProfile(name: string, manifests: string | undefined): ProfileName {
  if (manifests === undefined) throw new UsageError('--profile requires --manifests-to: a known target has its own profile.');
  if (name in profiles) return name as ProfileName;
  const names = Object.keys(profiles);
  throw new UsageError(`--profile is one of ${names.join(', ')}, not "${name}"${didYouMean(name, names)}`);
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
