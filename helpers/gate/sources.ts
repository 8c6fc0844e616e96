import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { UsageError } from '../errors.ts';
import { ApiError } from '../kube/api-error.ts';
import type { KubeClient } from '../kube/client.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { readDashboards } from '../prometheus/rules/dashboards.ts';
import type { RuleSource } from '../prometheus/rules/rule.ts';
import { readRules } from '../prometheus/rules/rule-files.ts';

/** In place of a path: the objects of a cluster that hold rules or dashboards. */
export const FROM_CLUSTER = 'cluster';

/** Paths or globs, or `cluster`. */
export interface SourceRequest {
  readonly rules: readonly string[];
  readonly dashboards: readonly string[];
}

interface Reader {
  readonly part: RuleSource['part'];
  readonly endings: RegExp;
  readonly expected: string;
  read(text: string, file: string): RuleSource;
}

const readers: Readonly<Record<RuleSource['part'], Reader>> = {
  rules: {
    part: 'rules',
    endings: /\.(ya?ml|json)$/,
    expected: 'rule of Prometheus, VictoriaMetrics or Grafana',
    read: readRules,
  },
  dashboards: { part: 'dashboards', endings: /\.(ya?ml|json)$/, expected: 'query of a Grafana dashboard', read: readDashboards },
};

/**
 * Reads the rules and dashboard queries of the files that match the patterns, and of a cluster for the pattern `cluster`.
 * @param client lists objects; required for the pattern `cluster`
 * @throws UsageError for a pattern without a match, and for a file that cannot be read or that holds no rule or query
 */
export async function readSources(request: SourceRequest, client?: KubeClient): Promise<readonly RuleSource[]> {
  const sources = await Promise.all(
    Object.values(readers).map(async (reader) => {
      const patterns = request[reader.part];
      const ofFiles = patterns
        .filter((pattern) => pattern !== FROM_CLUSTER)
        .flatMap((pattern) => sourcesOfPattern(pattern, reader));
      if (!patterns.includes(FROM_CLUSTER)) return ofFiles;
      if (client === undefined) throw new UsageError(`--${reader.part} cluster requires --kubeconfig PATH and --context NAME.`);
      return [...ofFiles, ...(await sourcesOfCluster(reader, client))];
    }),
  );
  return sources.flat();
}

function sourcesOfPattern(pattern: string, { endings, expected, read }: Reader): readonly RuleSource[] {
  return filesMatching(pattern, endings).map((path) => {
    const file = displayPath(path);
    const source = read(readText(path), file);
    if (source.rules.length + source.skipped.length === 0) {
      throw new UsageError(`${file} holds no ${expected}: name another file, or leave it out of ${pattern}.`);
    }
    return source;
  });
}

interface ListedKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for all objects of the kind. */
  readonly labelSelector?: string;
}

/** Source: the Prometheus and the VictoriaMetrics operator; Grafana's Helm chart, sidecar.dashboards.label and sidecar.alerts.label. */
const listedKinds: Readonly<Record<RuleSource['part'], readonly ListedKind[]>> = {
  rules: [
    { apiVersion: 'monitoring.coreos.com/v1', kind: 'PrometheusRule' },
    { apiVersion: 'operator.victoriametrics.com/v1beta1', kind: 'VMRule' },
    { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'prometheus_rule' },
    { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'grafana_alert' },
  ],
  dashboards: [{ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: 'grafana_dashboard' }],
};

/** @throws UsageError when the cluster holds none, and may be read */
async function sourcesOfCluster({ part, expected, read }: Reader, client: KubeClient): Promise<readonly RuleSource[]> {
  const lists = await Promise.all(
    listedKinds[part]
      .filter(({ apiVersion, kind }) => client.mapper.serves(apiVersion, kind))
      .map(async (listed): Promise<readonly RuleSource[]> => {
        const { apiVersion, kind, labelSelector } = listed;
        try {
          const objects = await client.list<KubernetesObject>(
            { apiVersion, kind },
            labelSelector === undefined ? {} : { labelSelector },
          );
          return objects.map((object) => sourceOfObject(object, read));
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          const name = `${kind}s${labelSelector === undefined ? '' : ` with the label ${labelSelector}`}`;
          return [{ file: 'cluster', part, rules: [], skipped: [{ name, reason: error.message }], groups: [] }];
        }
      }),
  );
  const sources = lists.flat();
  if (sources.length === 0) {
    const kinds = listedKinds[part].map(({ kind, labelSelector }) =>
      labelSelector === undefined ? kind : `${kind} with the label ${labelSelector}`,
    );
    throw new UsageError(`The cluster holds no ${expected}: expected ${kinds.join(', or ')}.`);
  }
  return sources;
}

/** The lines of an object that nobody sees as a file mean nothing. */
function sourceOfObject(object: KubernetesObject, read: Reader['read']): RuleSource {
  const { name, namespace } = object.metadata;
  const file = `${object.kind} ${namespace}/${name}`;
  const source = read(JSON.stringify(object), file);
  return { ...source, rules: source.rules.map(({ line: _, ...rule }) => rule) };
}

/**
 * The files that match a pattern, sorted: a file, all files of a directory, or a glob of `*`, `**` and `?`.
 * @throws UsageError when there are none
 */
function filesMatching(pattern: string, endings: RegExp): readonly string[] {
  const path = resolve(pattern);
  const files = existsSync(path) ? filesAt(path, endings) : filesOfGlob(path);
  if (files.length === 0) throw new UsageError(`No file matches ${pattern}.`);
  return [...files].sort();
}

function filesAt(path: string, endings: RegExp): readonly string[] {
  return statSync(path).isDirectory() ? filesBelow(path).filter((file) => endings.test(file)) : [path];
}

function filesOfGlob(path: string): readonly string[] {
  let folder = path;
  while (/[*?]/.test(folder)) folder = dirname(folder);
  if (!existsSync(folder)) return [];
  const source = path
    .split('/')
    .map((part) =>
      part === '**'
        ? '(?:.*)'
        : part
            .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
            .replace(/\*/g, '[^/]*')
            .replace(/\?/g, '[^/]'),
    )
    .join('/')
    .replaceAll('(?:.*)/', '(?:.*/)?');
  const expression = new RegExp(`^${source}$`);
  return filesBelow(folder).filter((file) => expression.test(file));
}

/** @throws UsageError when the file cannot be read */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${displayPath(file)} cannot be read: ${(error as Error).message}.`);
  }
}

function filesBelow(directory: string): readonly string[] {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((file) => statSync(file).isFile());
}

/** The path relative to the working directory where it is below it. */
export function displayPath(file: string): string {
  const path = relative(process.cwd(), file);
  return path.startsWith('..') ? file : path;
}
