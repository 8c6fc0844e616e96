import { parseVersion } from '../version.ts';
import { oldestRelease, seenReleases } from './releases.ts';
import type { FamilyRow, ResourceTable } from './table.ts';

/** The table of all families as Markdown, for docs/families.md. */
export function familyTable(tables: readonly ResourceTable[]): string {
  const rows = tables.flatMap((table) => table.families.map((row) => markdownRow(table, row)));
  return `# Families

All families of kube-state-metrics that the accounting knows, by resource. Generated from the tables in
\`helpers/accounting/resources/\` by \`npm run families\`; do not edit.

Held against the exporter itself: ${seenReleases.join(', ')}. The other releases from ${oldestRelease} on follow its
sources and are not yet seen. \`opt-in\`: only with \`--metric-opt-in-list\`. A resource in *italics* is not read by every release without
\`--resources\`. The stability is the newest release's.

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
  return seenReleases.every((release) => table.isDefault(parseVersion(release)));
}

function releases(table: ResourceTable, row: FamilyRow): string {
  const since = row.since ?? table.since;
  const bounds = [since === undefined ? '' : `from ${since}`, row.until === undefined ? '' : `before ${row.until}`];
  return bounds.filter((bound) => bound !== '').join(', ') || 'all';
}
