import { Command, Option } from 'commander';
import { commaSeparated, parseOrRefuse } from '../command-line.ts';
import { UsageError } from '../errors.ts';
import { type ProfileName, profiles } from '../exporter/profile.ts';
import { addRunOptions } from '../run/option-definitions.ts';
import { type Options, optionsOf } from '../run/options.ts';
import { type Budgets, parseBudgets } from './cost.ts';
import type { Load } from './live/load.ts';

/** The validated options of the gate. */
export interface GateOptions {
  /** A tag or a full image reference. */
  readonly from: string;
  readonly to: string;
  readonly manifestsFrom?: string;
  readonly manifestsTo?: string;
  /** The profile of `manifestsTo`; undefined without it. */
  readonly profile?: ProfileName;
  /** Paths or globs. */
  readonly rules: readonly string[];
  readonly dashboards: readonly string[];
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
  'workload-image',
  'prometheus-image',
  'operator-image',
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
    rules = [],
    dashboards = [],
    waivers,
    budget = [],
    load = [],
    conformance,
  } = command.opts<RawOptions>();
  // Commander reports a missing mandatory option before a misspelt one.
  if (from === undefined || to === undefined) {
    throw new UsageError('The gate compares two releases: --from v2.5.0 --to v2.20.0, tags or full image references.');
  }
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
  readonly profile?: ProfileName;
  readonly rules?: readonly string[];
  readonly dashboards?: readonly string[];
  readonly waivers?: string;
  readonly budget?: readonly string[];
  readonly load?: readonly string[];
  readonly conformance: boolean;
}

/** Adds the gate's options, and those that it shares with a conformance run, to a command. */
export function addGateOptions(command: Command): Command {
  command
    .usage('--from v2.5.0 --to v2.20.0 [options]')
    .option('--from <image>', 'the release in use: a tag or a full image reference')
    .option('--to <image>', 'the candidate: a tag or a full image reference')
    .option('--manifests-from <path>', 'manifests of the release in use (default: the known target that fits it)')
    .option('--manifests-to <path>', "the candidate's manifests (default: the known target that fits it)")
    .addOption(new Option('--profile <name>', 'the profile of --manifests-to (default: agent)').choices(Object.keys(profiles)))
    .option('--rules <glob>', 'Prometheus rule files and PrometheusRule objects', commaSeparated)
    .option('--dashboards <glob>', 'dashboards exported from Grafana', commaSeparated)
    .option('--waivers <file>', 'accepted differences: a list of {difference, reason, until}')
    .option(
      '--budget <measure=ratio>',
      'highest allowed cost ratio, such as memory=1.5x; measures: scrape, body, series, memory, cpu',
      commaSeparated,
    )
    .option('--load <resource=count>', 'also measure under load: pods=5000, configmaps=1000', commaSeparated)
    .option('--no-conformance', 'do not verify the candidate against the requirements in a cluster of its own');
  return addRunOptions(command, { only: shared }).addHelpText(
    'after',
    `
Exit codes: 0 accept, with or without notes; 1 reject; 2 bad usage; 3 no answer, as the cluster failed or
not every requirement was verified with the candidate; 4 the suite itself failed.`,
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
