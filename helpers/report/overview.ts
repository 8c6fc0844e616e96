import { brief, code, text } from './markdown.ts';
import type { Report } from './model.ts';
import { formatDuration, SIMULATED } from './words.ts';

const columns = [
  'Kubernetes',
  'exporter',
  'target',
  'nodes',
  'verdict',
  'passed',
  'failed',
  'blocked',
  'known issues',
  'skipped',
  'took',
];

/** A table with a row for each run, in the order in which they started, with the ids of its known issues. */
export function renderRuns(reports: readonly Report[]): string {
  const header = [...columns, 'known issues'];
  const rows = [...reports]
    .sort((a, b) => a.startedAt.localeCompare(b.startedAt))
    .map((report) => [...cells(report), knownIssuesOf(report).join(', ')]);
  return `${[header, header.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n')}\n`;
}

function knownIssuesOf({ requirements }: Report): readonly string[] {
  return requirements.flatMap(({ status, knownIssue }) =>
    status === 'known-issue' && knownIssue !== undefined ? [knownIssue] : [],
  );
}

/** Many runs on one page, as Markdown: a table with a row for each run, then the failures and known issues of each. */
export function renderOverview(reports: readonly Report[]): string {
  const sorted = [...reports].sort((a, b) => nameOf(a).localeCompare(nameOf(b), 'en', { numeric: true }));
  const table = [columns, columns.map(() => '---'), ...sorted.map(cells)].map((row) => `| ${row.join(' | ')} |`).join('\n');
  return `# Conformance of kube-state-metrics\n\n${table}\n${sorted.map(details).join('')}`;
}

function cells(report: Report): readonly (string | number)[] {
  const { cluster, exporter, target, verdict, counts, durationMs } = report;
  const result = report.evidence === 'simulated' ? `${verdict} (${SIMULATED})` : verdict;
  const numbers = [counts.passed, counts.failed, counts.blocked, counts.knownIssues, counts.skipped];
  const [kubernetes, version, name] = [cluster.kubernetes || 'unknown', exporter.version, target].map(text) as [
    string,
    string,
    string,
  ];
  return [kubernetes, version, name, cluster.nodes, result, ...numbers, formatDuration(durationMs)];
}

function details(report: Report): string {
  const lines = [
    ...(report.reason === undefined ? [] : [`- ${report.verdict}: ${text(report.reason)}`]),
    ...report.requirements
      .filter(({ status }) => status === 'failed' || status === 'known-issue')
      .map(
        ({ id, status, reason, actual, observed, causedBy }) =>
          `- ${code(id)} ${status}${causedBy === undefined ? '' : `, caused by ${code(causedBy)}`}: ${text(brief(reason ?? actual ?? observed ?? ''))}`,
      ),
    ...report.leftovers.map((leftover) => `- left over: ${text(leftover)}`),
  ];
  return lines.length === 0 ? '' : `\n## ${text(nameOf(report))}\n\n${lines.join('\n')}\n`;
}

function nameOf({ cluster, exporter, target }: Report): string {
  return `Kubernetes ${cluster.kubernetes}, exporter ${exporter.version}, ${target}`;
}

interface Covered {
  readonly total: number;
  readonly covered: number;
  readonly pct: number;
}

/** One entry of jest's `coverage-summary.json`. */
export interface FileCoverage {
  readonly lines: Covered;
  readonly branches: Covered;
  readonly functions: Covered;
}

const mostFiles = 20;

/** A paragraph for a page: the unit tests' coverage of `helpers/`, and its date. */
export function coverageText({ lines, branches, functions }: FileCoverage, at: Date): string {
  const figures = `${lines.pct} % of the lines, ${branches.pct} % of the branches and ${functions.pct} % of the functions`;
  return `The unit tests cover ${figures} of \`helpers/\` (${at.toISOString().slice(0, 10)}).\n`;
}

/** The files with most lines that no unit test covers, a line each, by their path below `root`. */
export function leastCovered(files: Readonly<Record<string, FileCoverage>>, root: string): readonly string[] {
  return Object.entries(files)
    .map(([path, { lines }]) => ({ path, missed: lines.total - lines.covered, pct: lines.pct }))
    .filter(({ missed }) => missed > 0)
    .sort((a, b) => b.missed - a.missed)
    .slice(0, mostFiles)
    .map(({ path, missed, pct }) => `${String(missed).padStart(5)} lines missed (${pct} % covered)  ${path.replace(root, '')}\n`);
}
