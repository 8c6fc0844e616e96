import { deviationsFor } from '../../accounting/deviations.ts';
import { atLeast, formatVersion, parseVersion } from '../../version.ts';
import type { Classified } from './classify.ts';
import type { SurfaceRequest } from './gate-surface.ts';
import type { KnownRow } from './known.ts';

/** Why a documented change came about, as one sentence; why a surprise is one. */
export function reasonFor(change: Classified, known: KnownRow | undefined, request: SurfaceRequest): string | undefined {
  if (change.origin === 'surprise') return 'No table of the accounting explains it.';
  const { kind, since, again = [] } = change;
  const { row, table } = known ?? {};
  const from = since === undefined ? '' : ` since ${since}`;
  if ((kind === 'family-gone' || kind === 'family-new') && table && row) {
    const exporter = parseVersion(request.new.exporter);
    if (kind === 'family-gone' && row.until !== undefined && atLeast(exporter, row.until)) return `Removed in ${row.until}.`;
    if (kind === 'family-gone') return `${table.resource} are not read by default${from}.`;
    const wasRead = table.isDefault(parseVersion(request.old.exporter));
    return wasRead && row.since !== undefined ? `Added in ${row.since}.` : `${table.resource} are read by default${from}.`;
  }
  if (kind === 'family-filled' || kind === 'family-silent') {
    const note = servedNote(change, known, request);
    if (note !== undefined) return note;
    if (isOfKeys(change.family) && kind === 'family-silent') return `Without an allowlist there are none${from}.`;
  }
  if (since === undefined) return undefined;
  return again.length === 0 ? `Since ${since}.` : `Since ${since}, and otherwise since ${again.join(' and ')}.`;
}

/** What to do about it, as one sentence. */
export function adviceFor({ kind, family, label, origin, changes }: Classified, known: KnownRow | undefined): string | undefined {
  if (origin === 'surprise') return undefined;
  const resource = known?.table.resource ?? '';
  if (kind === 'family-silent' && isOfKeys(family)) {
    const flag = family.endsWith('_labels') ? 'metric-labels-allowlist' : 'metric-annotations-allowlist';
    return `Name the keys that rules need: --${flag}=${resource}=[…].`;
  }
  if (kind === 'family-gone' && known?.row.until === undefined)
    return `Name the resource in --resources to keep it: ${resource}.`;
  if (kind === 'family-gone') return `Change the rules and dashboards that name ${family}.`;
  if (kind === 'label-value' && changes.some(({ old }) => old?.labels[label ?? ''] === '<none>')) {
    return `Match both while both releases run: ${label}=~"<none>|".`;
  }
  return undefined;
}

function servedNote(change: Classified, known: KnownRow | undefined, { old, new: now, kubernetes }: SurfaceRequest) {
  const side = change.kind === 'family-filled' ? old : now;
  const declared = deviationsFor(formatVersion(parseVersion(side.exporter)), kubernetes);
  return declared.find(({ resources }) => resources.includes(known?.table.resource ?? ''))?.note;
}

/** Whether the family repeats labels or annotations of objects, which an allowlist decides on. */
function isOfKeys(family: string): boolean {
  return /_(labels|annotations)$/.test(family);
}
