import { parseVersion } from '../version.ts';
import type { FamilyRow, ResourceTable } from './table.ts';

/** The releases whose tables were compared with what the exporter exposes; for the others they follow the exporter's source. */
const verifiedReleases: readonly string[] = [
  'v2.5.0',
  'v2.6.0',
  'v2.7.0',
  'v2.8.2',
  'v2.9.2',
  'v2.10.0',
  'v2.14.0',
  'v2.17.0',
  'v2.18.0',
  'v2.19.1',
  'v2.20.0',
];

const oldestRelease = 'v2.5.0';

/** A table of all families, as the Markdown of docs/families.md. */
export function familyTable(tables: readonly ResourceTable[]): string {
  const rows = tables.flatMap((table) => table.families.map((row) => markdownRow(table, row)));
  return `# Families

The metric families of kube-state-metrics, by resource. Generated from the tables in \`helpers/catalogue/resources/\` by
\`npm run families\`; do not edit.

Compared with what the exporter exposes: ${verifiedReleases.join(', ')}. For the other releases from ${oldestRelease} on the
tables follow the exporter's source. \`opt-in\`: exposed only with \`--metric-opt-in-list\`. *Italics*: a resource that not every release
exposes without \`--resources\`. The stability is that of the newest release.

| Resource | Family | Type | Stability | Releases |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
}

function markdownRow(table: ResourceTable, row: FamilyRow): string {
  const resource = isAlwaysDefault(table) ? table.resource : `*${table.resource}*`;
  const family = `\`${row.name}\`${row.optIn ? ' (opt-in)' : ''}`;
  return `| ${resource} | ${family} | ${row.type} | ${row.stability} | ${releases(table, row)} |`;
}

function isAlwaysDefault(table: ResourceTable): boolean {
  return verifiedReleases.every((release) => table.isDefault(parseVersion(release)));
}

function releases(table: ResourceTable, row: FamilyRow): string {
  const since = row.since ?? table.since;
  const bounds = [since === undefined ? '' : `from ${since}`, row.until === undefined ? '' : `before ${row.until}`];
  return bounds.filter((bound) => bound !== '').join(', ') || 'all';
}
