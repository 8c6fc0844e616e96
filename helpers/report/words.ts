import type { ClusterFacts, Report, RequirementResult, Status } from './model.ts';

/** `840 ms`, `12.1 s`, `1 min 32 s` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** `1 requirement`, `3 requirements` */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}

export const marks: Readonly<Record<Status, string>> = {
  passed: '✓',
  failed: '✗',
  skipped: '○',
  'known-issue': '≈',
  'not-applicable': '–',
};

/** What stands beside every result that somebody could quote, when no real cluster was involved. */
export const SIMULATED = 'simulated';

/** `passed`, or `passed (simulated)`; a `should` that failed is told from a `must`. */
export function statusWord(requirement: RequirementResult, report: Report): string {
  const word = requirement.status === 'failed' && requirement.level === 'should' ? 'should, but fails' : requirement.status;
  const plain = word === 'not-applicable' ? 'not applicable' : word;
  return report.evidence === 'simulated' ? `${plain} (${SIMULATED})` : plain;
}

/** The verdict and what it rests on, as one sentence. */
export function verdictSentence(report: Report): string {
  const { counts, requirements, verdict, reason } = report;
  const judged = counts.passed + counts.failed + counts.knownIssues;
  const broken = requirements.filter(({ status, level }) => status === 'failed' && level === 'must').length;
  const failures = broken === 0 ? 'none failed' : `${broken} failed`;
  const shortfall = counts.failed - broken;
  const also = [
    ...(shortfall > 0 ? [`${plural(shortfall, 'recommendation')} not followed`] : []),
    ...(counts.knownIssues > 0 ? [plural(counts.knownIssues, 'known issue')] : []),
  ];
  const but = also.length > 0 ? ` (${also.join(', ')})` : '';
  switch (verdict) {
    case 'conformant':
      return `${but === '' ? 'All' : `${counts.passed} of`} ${plural(judged, 'judged requirement')} hold${but}.`;
    case 'nonconformant':
      return `${broken} of ${plural(judged, 'judged requirement')} failed${but}.`;
    case 'partial':
      return `${reason ?? 'Something was left out.'} Of ${plural(judged, 'judged requirement')}, ${failures}${but}.`;
    case 'infrastructure':
      return `${reason ?? 'The cluster failed.'} This says nothing about the exporter.`;
  }
}

/** Whose Kubernetes it is, as far as its version tells: `K3s v1.30.4+k3s1`, `upstream Kubernetes v1.24.17`. */
export function distribution({ kubernetes }: Pick<ClusterFacts, 'kubernetes'>): string {
  if (kubernetes === '') return 'Kubernetes of unknown version';
  if (/\+k3s/.test(kubernetes)) return `K3s ${kubernetes}`;
  return /^v?\d+\.\d+\.\d+$/.test(kubernetes) ? `upstream Kubernetes ${kubernetes}` : `Kubernetes ${kubernetes}`;
}

/** `live, upstream Kubernetes v1.24.17, 1 node (localhost/kube-node:v1.24.17)` */
export function clusterLine({ evidence, cluster }: Report): string {
  const image = cluster.image === '' ? cluster.kind : cluster.image;
  if (evidence === 'simulated') return 'simulated: no real cluster';
  return `live, ${distribution(cluster)}, ${plural(cluster.nodes, 'node')} (${image})`;
}

/** `v2.5.0 (registry.example/kube-state-metrics:v2.5.0)` */
export function exporterLine({ exporter }: Report): string {
  return `${exporter.version || 'unknown version'} (${exporter.image || 'unknown image'})`;
}

/** `v2.5.0`, or the image as long as its version is not known. */
export function releaseOf({ exporter }: Report): string {
  return exporter.version || exporter.image || 'of unknown version';
}

/** The groups that every report shows, each in the order of the report. */
export function groupsOf({ requirements }: Report) {
  const of = (status: Status) => requirements.filter((requirement) => requirement.status === status);
  return {
    failed: [...of('failed')].sort((a, b) => Number(a.level === 'should') - Number(b.level === 'should')),
    knownIssues: of('known-issue'),
    absentKnownIssues: of('passed').filter(({ knownIssue }) => knownIssue !== undefined),
    skipped: of('skipped'),
    notApplicable: of('not-applicable'),
  };
}

/** The parts of a failure in the order of reading; `actual` falls back on the last observation. */
export function failureParts({ expected, actual, observed, see }: RequirementResult): { label: string; text: string }[] {
  return [
    { label: 'expected', text: expected },
    { label: 'actual', text: actual ?? observed },
    { label: 'see', text: see },
  ].flatMap(({ label, text }) => (text ? [{ label, text }] : []));
}
