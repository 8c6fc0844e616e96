import { type ClusterFacts, isConsequence, isFinding, type Report, type RequirementResult, type Status } from './model.ts';

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
  blocked: '⊘',
  skipped: '○',
  'known-issue': '≈',
  'not-applicable': '–',
};

/** Printed beside every result that could be quoted, when no real cluster was involved. */
export const SIMULATED = 'simulated';

/** `passed`, or `passed (simulated)`; the failure of a `should` has words of its own. */
export function statusWord(requirement: Pick<RequirementResult, 'status' | 'level'>, report: Pick<Report, 'evidence'>): string {
  const word = requirement.status === 'failed' && requirement.level === 'should' ? 'should, but fails' : requirement.status;
  const plain = word === 'not-applicable' ? 'not applicable' : word;
  return report.evidence === 'simulated' ? `${plain} (${SIMULATED})` : plain;
}

/** The counts of a run as the end of a sentence: `97 passed, 5 failed (1 finding, 4 consequences), 30 blocked`; what is 0 is omitted. */
export function tally({ counts }: Pick<Report, 'counts'>): readonly string[] {
  const { passed, failed, consequences, blocked, skipped, knownIssues, notApplicable } = counts;
  const split = `${plural(failed - consequences, 'finding')}, ${plural(consequences, 'consequence')}`;
  return [
    ...(passed > 0 ? [`${passed} passed`] : []),
    ...(failed > 0 ? [`${failed} failed${consequences > 0 ? ` (${split})` : ''}`] : []),
    ...(blocked > 0 ? [`${blocked} blocked`] : []),
    ...(knownIssues > 0 ? [plural(knownIssues, 'known issue')] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(notApplicable > 0 ? [`${notApplicable} not applicable`] : []),
  ];
}

/** The verdict and what it is based on, as one sentence. */
export function verdictSentence(report: Report): string {
  const { counts, requirements, verdict, reason } = report;
  const judged = counts.passed + counts.failed + counts.knownIssues;
  const broken = requirements.filter(({ status, level }) => status === 'failed' && level === 'must').length;
  const failures = broken === 0 ? 'none failed' : `${broken} failed`;
  const shortfall = counts.failed - broken;
  const notes = [
    ...(counts.consequences > 0 ? [`of these, ${plural(counts.consequences, 'consequence')}`] : []),
    ...(counts.blocked > 0 ? [`${counts.blocked} more blocked`] : []),
    ...(shortfall > 0 ? [`${plural(shortfall, 'recommendation')} not followed`] : []),
    ...(counts.knownIssues > 0 ? [plural(counts.knownIssues, 'known issue')] : []),
  ];
  const but = notes.length > 0 ? ` (${notes.join(', ')})` : '';
  switch (verdict) {
    case 'conformant':
      return `${but === '' ? 'All' : `${counts.passed} of`} ${plural(judged, 'judged requirement')} hold${but}.`;
    case 'nonconformant':
      return `${broken} of ${plural(judged, 'judged requirement')} failed${but}.`;
    case 'partial':
      return `${reason ?? 'Not every requirement was verified.'} Of ${plural(judged, 'judged requirement')}, ${failures}${but}.`;
    case 'infrastructure':
      return `${asSentence(reason ?? 'The cluster failed.')} This proves nothing about the exporter.`;
  }
}

/** The distribution, as far as its version shows it: `K3s v1.30.4+k3s1`, `upstream Kubernetes v1.24.17`. */
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

/** `v2.5.0`, or the image while its version is not known. */
export function releaseOf({ exporter }: Report): string {
  return exporter.version || exporter.image || 'of unknown version';
}

/** The groups that every writer shows, each in the order of the report; findings of level `must` come first. */
export function groupsOf({ requirements }: Pick<Report, 'requirements'>) {
  const having = (status: Status) => requirements.filter((requirement) => requirement.status === status);
  return {
    findings: requirements.filter(isFinding).sort((a, b) => Number(a.level === 'should') - Number(b.level === 'should')),
    blocked: having('blocked'),
    knownIssues: having('known-issue'),
    absentKnownIssues: having('passed').filter(({ knownIssue }) => knownIssue !== undefined),
    skipped: having('skipped'),
    notApplicable: having('not-applicable'),
  };
}

/** What a finding causes: the failures that it explains, and the requirements that it blocks. */
export function effectsOf({ id }: Pick<RequirementResult, 'id'>, { requirements }: Pick<Report, 'requirements'>) {
  const effects = requirements.filter(({ causedBy }) => causedBy === id);
  return { consequences: effects.filter(isConsequence), blocked: effects.filter(({ status }) => status === 'blocked') };
}

/** The first ids of a list as the end of a sentence: `dns/headless, endpoints/metrics and 3 more`. */
export function firstIds(requirements: readonly Pick<RequirementResult, 'id'>[], most = 2): string {
  const ids = requirements.slice(0, most).map(({ id }) => id);
  return `${ids.join(', ')}${requirements.length > most ? ` and ${requirements.length - most} more` : ''}`;
}

/** The parts of a failure in the order of reading; `actual` falls back on the last observation. */
export function failureParts({ expected, actual, observed, see }: RequirementResult): { label: string; text: string }[] {
  return [
    { label: 'expected', text: expected },
    { label: 'actual', text: actual ?? observed },
    { label: 'see', text: see },
  ].flatMap(({ label, text }) => (text ? [{ label, text }] : []));
}

/** The first line of what a failure observed. */
export function firstLineOf({ actual, observed }: Pick<RequirementResult, 'actual' | 'observed'>): string {
  return (actual ?? observed ?? 'failed').trim().split('\n')[0] ?? '';
}

/** The text in lines of at most `width` characters, broken at spaces; a word that is longer than a line stays whole. */
export function wrap(text: string, width: number): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((paragraph) => {
      const lines: string[] = [];
      for (const word of paragraph.trim().split(/\s+/)) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines;
    });
}

function asSentence(words: string): string {
  return /[.!?]$/.test(words.trimEnd()) ? words : `${words}.`;
}
