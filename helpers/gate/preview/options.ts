import { Command, Option } from 'commander';
import { release } from '../../account/command-line.ts';
import { parseOrRefuse, shellWords, wholeNumber } from '../../command-line.ts';
import { UsageError } from '../../errors.ts';
import { addRunOptions } from '../../run/option-definitions.ts';
import { addSourceOptions, givenTarget, type SourceOptions } from '../options.ts';
import type { GivenTarget } from '../rules/target-labels.ts';
import { FROM_CLUSTER, type SourceRequest } from '../sources.ts';

/** Where the objects come from: files, or a cluster that is only read. */
export type PreviewOrigin =
  | { readonly kind: 'files'; readonly objects: string; readonly metrics?: string; readonly maxBytes: number }
  | {
      readonly kind: 'cluster';
      readonly kubeconfig: string;
      readonly context: string;
      /** A label selector for the deployed exporter, which is scraped; undefined to predict the old side. */
      readonly audit?: string;
    };

/** The validated options of `preview`. */
export interface PreviewOptions {
  /** The release in use, `v2.6.0`; undefined for that of the exporter among the objects. */
  readonly from?: string;
  /** The candidate, or every later release. */
  readonly to: string | typeof ALL_RELEASES;
  readonly origin: PreviewOrigin;
  /** The exporter's own arguments; undefined for those of the exporter among the objects. */
  readonly args?: readonly string[];
  /** The release of Kubernetes; undefined for that of the objects. */
  readonly kubernetes?: string;
  readonly sources: SourceRequest;
  /** How the user's own scrape job labels the exporter. */
  readonly scrape: GivenTarget;
  /** What evaluates the rules. */
  readonly prometheus: { readonly kind: PrometheusKind; readonly image: string };
  readonly waivers?: string;
  /** The directory for both predicted expositions; undefined to write none. */
  readonly writeExpositions?: string;
  readonly reports: string;
  readonly json: boolean;
}

/** Where to look for a Prometheus: on the PATH, in Docker, in both, or nowhere. */
const prometheusKinds = ['auto', 'path', 'docker', 'none'] as const;
export type PrometheusKind = (typeof prometheusKinds)[number];

/** In place of the candidate: every release after the old one. */
export const ALL_RELEASES = 'all';

const positive = { min: 1, max: Number.MAX_SAFE_INTEGER };

/** Adds the options of `preview` to a command. */
export function addPreviewOptions(command: Command): Command {
  command
    .usage('--from v2.6.0 --to v2.20.0 --objects FILE [options]')
    .option('--from <release>', 'the release in use (default: that of the only pod that runs a kube-state-metrics)', release)
    .option('--to <release>', 'the candidate, or all: every later release, and what breaks at each', (text) =>
      text === ALL_RELEASES ? text : release(text),
    )
    .option('--objects <file>', 'the output of kubectl get -o json, or one object a line, optionally gzipped')
    .option('--metrics <file>', "the old release's /metrics for these objects, optionally gzipped (default: predicted)")
    .option('--kubeconfig <path>', 'in place of the files: reads the objects of a cluster, and changes nothing')
    .option('--context <name>', 'the context of the kubeconfig')
    .option('--audit <selector>', 'with --kubeconfig: labels of the deployed exporter, which is scraped for the old side')
    .option('--args <words>', "the exporter's own arguments (default: those of the exporter among the objects)", shellWords)
    .option('--kubernetes <release>', 'such as v1.34.1 (default: that of the newest kubelet)', release);
  return addRunOptions(
    addSourceOptions(command).addOption(
      new Option(
        '--prometheus <kind>',
        'what evaluates the rules, a process a side: path is the prometheus on the PATH, docker a container of --prometheus-image, ' +
          'auto either where it is there, none only judges selectors',
      )
        .choices(prometheusKinds)
        .default('auto')
        .env('CONFORMANCE_PROMETHEUS'),
    ),
    { only: ['prometheus-image'] },
  )
    .option('--write-expositions <dir>', 'writes both predicted expositions: from.metrics.txt and to.metrics.txt')
    .option('--reports <dir>', 'the directory of the reports', 'reports')
    .option('--json', 'print the report as JSON', false)
    .option('--max-bytes <bytes>', 'how much each file may hold, once it is unpacked', wholeNumber('bytes', positive), 1024 ** 3)
    .addHelpText(
      'after',
      `
Nothing is deployed and nothing is changed: every result is predicted from the catalogue of metric families.
Exit codes: 0 accept, with or without notes; 1 reject; 2 bad usage; 3 the cluster failed; 4 the suite itself failed.`,
    );
}

interface RawOptions extends SourceOptions {
  readonly from?: string;
  readonly to?: string;
  readonly objects?: string;
  readonly metrics?: string;
  readonly kubeconfig?: string;
  readonly context?: string;
  readonly audit?: string;
  readonly args?: readonly string[];
  readonly kubernetes?: string;
  readonly prometheus: PrometheusKind;
  readonly prometheusImage: string;
  readonly writeExpositions?: string;
  readonly reports: string;
  readonly json: boolean;
  readonly maxBytes: number;
}

/** @throws UsageError for an unknown option, a missing one, or an invalid value */
export function parsePreviewOptions(argv: readonly string[]): PreviewOptions {
  return previewOptions(parseOrRefuse(addPreviewOptions(new Command()), argv));
}

/**
 * The options of a command that `addPreviewOptions` was applied to, once commander has parsed them.
 * @throws UsageError for a missing candidate, and for objects of no place or of two
 */
export function previewOptions(command: Command): PreviewOptions {
  const raw = command.opts<RawOptions>();
  const { from, to, args, kubernetes, rules = [], dashboards = [], waivers, writeExpositions, reports, json } = raw;
  // Commander reports a missing mandatory option before a misspelt one.
  if (to === undefined) throw new UsageError('--to is missing: expected a release such as v2.20.0, or all.');
  const origin = originOf(raw);
  if (origin.kind === 'files' && [...rules, ...dashboards].includes(FROM_CLUSTER))
    throw new UsageError('--rules cluster and --dashboards cluster require --kubeconfig PATH and --context NAME.');
  return {
    to,
    origin,
    sources: { rules, dashboards },
    scrape: givenTarget(raw),
    prometheus: { kind: raw.prometheus, image: raw.prometheusImage },
    reports,
    json,
    ...(from !== undefined && { from }),
    ...(args && { args }),
    ...(kubernetes !== undefined && { kubernetes }),
    ...(waivers !== undefined && { waivers }),
    ...(writeExpositions !== undefined && { writeExpositions }),
  };
}

function originOf({ objects, metrics, kubeconfig, context, audit, maxBytes }: RawOptions): PreviewOrigin {
  if (objects !== undefined && kubeconfig !== undefined)
    throw new UsageError('--objects and --kubeconfig exclude each other: read the objects of a file or those of a cluster.');
  if (objects !== undefined) {
    if (audit !== undefined) throw new UsageError('--audit requires --kubeconfig PATH and --context NAME.');
    return { kind: 'files', objects, maxBytes, ...(metrics !== undefined && { metrics }) };
  }
  if (kubeconfig === undefined || context === undefined) {
    throw new UsageError(
      'The objects are missing: expected --objects with a file of what kubectl get -o json prints, or --kubeconfig PATH and --context NAME.',
    );
  }
  if (metrics !== undefined) throw new UsageError('--metrics requires --objects: a scrape of a cluster is read with --audit.');
  return { kind: 'cluster', kubeconfig, context, ...(audit !== undefined && { audit }) };
}
