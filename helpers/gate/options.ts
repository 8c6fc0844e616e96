import { Command, CommanderError } from 'commander';
import { didYouMean } from '../config/nearest.ts';
import { settings } from '../config/settings.ts';
import { type Options, parseOptions } from '../config.ts';
import { UsageError } from '../errors.ts';
import { type ProfileName, profiles } from '../target/profile.ts';
import { type Budgets, parseBudgets } from './cost.ts';
import type { Load } from './live/load.ts';

/** What the user asked the gate, validated. */
export interface GateOptions {
  /** A tag alone, or a whole image. */
  readonly from: string;
  readonly to: string;
  readonly manifestsFrom?: string;
  readonly manifestsTo?: string;
  /** What the candidate's own manifests promise; of no meaning without them. */
  readonly profile?: ProfileName;
  /** Patterns of files. */
  readonly rules: readonly string[];
  readonly dashboards: readonly string[];
  readonly waivers?: string;
  readonly budgets: Budgets;
  readonly load: Load;
  /** Whether every requirement is verified with the candidate, too. */
  readonly conformance: boolean;
  /** What the gate has in common with a conformance run: the cluster, the images that the suite itself uses, the reports. */
  readonly run: Options;
}

const shared = ['cluster', 'k3s-image', 'agents', 'workload-image', 'prometheus-image', 'reports', 'kubeconfig', 'context'];

/**
 * Reads the gate's command line; what it shares with `npm run e2e` has the same flags and environment variables.
 * @throws UsageError, one sentence
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
    waivers,
    budget = [],
    load = [],
    conformance,
  } = program.opts<RawOptions>();
  if (from === undefined || to === undefined) {
    throw new UsageError('The gate compares two releases: --from v2.5.0 --to v2.20.0, tags or whole images.');
  }
  const run = parseOptions(program.args, environment);
  if (run.cluster === 'simulated') {
    throw new UsageError(
      'The gate refuses a simulated cluster: what it would say there proves nothing of an image. Use k3s or kubeconfig.',
    );
  }
  return {
    from,
    to,
    ...(manifestsFrom === undefined ? {} : { manifestsFrom }),
    ...(manifestsTo === undefined ? {} : { manifestsTo }),
    ...(profile === undefined ? {} : { profile: parseProfile(profile, manifestsTo) }),
    rules,
    dashboards,
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
Exit codes: 0 accept, with or without changes to know; 1 reject; 2 bad usage; 3 no answer, as the cluster failed or
not every requirement was verified with the candidate; 4 the suite itself failed.
`;
}

function gateCommand(): Command {
  const several = (text: string, all: readonly string[] = []) => [...all, ...text.split(',').filter((part) => part !== '')];
  return new Command('npm run gate --')
    .description('Says whether one release of the exporter may take the place of another, both running side by side.')
    .usage('--from v2.5.0 --to v2.20.0 [options]')
    .option('--from <image>', 'what runs now: a tag, or a whole image')
    .option('--to <image>', 'the candidate: a tag, or a whole image')
    .option('--manifests-from <path>', 'its manifests (default: the known target that fits the release)')
    .option('--manifests-to <path>', "the candidate's manifests (default: likewise)")
    .option('--profile <name>', 'with --manifests-to: what that deployment promises, agent (the default) or standard')
    .option('--rules <glob>', 'files of Prometheus rules and PrometheusRule objects', several)
    .option('--dashboards <glob>', 'dashboards as Grafana exports them', several)
    .option('--waivers <file>', 'differences that do not count: a list of {difference, reason, until}')
    .option('--budget <measure=ratio>', 'what the candidate may cost, memory=1.5x; of scrape, body, series, memory, cpu', several)
    .option('--load <resource=count>', 'measure under a load as well: pods=5000, configmaps=1000', several)
    .option('--no-conformance', 'leave out the requirements, which the candidate is held against in a cluster of its own')
    .helpOption('-h, --help', 'show this')
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
  const own = gateCommand().options.map(({ long = '' }) => long.replace(/^--/, ''));
  for (const argument of rest) {
    const flag = /^--([^=]+)/.exec(argument)?.[1];
    if (flag !== undefined && !shared.includes(flag)) {
      throw new UsageError(`There is no option --${flag}${didYouMean(flag, [...own, ...shared], '--')}`);
    }
  }
}

function parseProfile(name: string, manifests: string | undefined): ProfileName {
  if (manifests === undefined)
    throw new UsageError('--profile has no meaning without --manifests-to: a known target has its own.');
  if (name in profiles) return name as ProfileName;
  const names = Object.keys(profiles);
  throw new UsageError(`--profile is one of ${names.join(', ')}, not "${name}"${didYouMean(name, names)}`);
}

function parseLoad(texts: readonly string[]): Load {
  return new Map(
    texts.map((text) => {
      const [, resource, count] = /^(pods|configmaps)=(\d{1,6})$/.exec(text) ?? [];
      if ((resource !== 'pods' && resource !== 'configmaps') || count === undefined) {
        throw new UsageError(`--load is RESOURCE=COUNT of pods or configmaps, such as pods=5000; not "${text}".`);
      }
      return [resource, Number(count)];
    }),
  );
}
