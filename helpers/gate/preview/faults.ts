import {
  type ExporterInCluster,
  knownIssuesOfObjects,
  type MetKnownIssue,
  metKnownIssues,
} from '../../accounting/known-issues.ts';
import { writeSeries } from '../../accounting/series.ts';
import { PackedSamples } from '../../exposition/packed-samples.ts';
import type { Surface, SurfaceSample } from '../../prometheus/rules/surface.ts';
import { plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import { metIssueDifferences } from '../surface/objects.ts';
import { LabelColumns, RowIndex } from '../surface/row-index.ts';
import type { PreviewInputs } from './inputs.ts';

const EXAMPLES = 5;

/**
 * A difference for each known issue of the candidate that the objects meet: one that ends the candidate and not the old release rejects.
 * Repeated series are compared by themselves.
 */
export function metIssues(release: string, { objects, old, kubernetes }: PreviewInputs): readonly GateDifference[] {
  const inUse: ExporterInCluster = { ...old, kubernetes };
  const ofOld = new Set(knownIssuesOfObjects(inUse).map(({ id }) => id));
  const met = metKnownIssues({ ...inUse, exporter: release }, objects).filter(({ issue }) => issue.objects.effect !== 'repeat');
  const isNewEnd = ({ issue }: MetKnownIssue) => issue.objects.effect === 'crash' && !ofOld.has(issue.id);
  return [
    ...met.filter(isNewEnd).map((issue) => endDifference(release, issue)),
    ...metIssueDifferences(
      met.filter((issue) => !isNewEnd(issue)),
      release,
      inUse,
    ),
  ];
}

function endDifference(release: string, { issue, names }: MetKnownIssue): GateDifference {
  const more = names.length > EXAMPLES ? ` and ${names.length - EXAMPLES} more` : '';
  return {
    id: `start/ends-on/${issue.id}`,
    part: 'start',
    sentence: `${release} ends on ${plural(names.length, 'object')} of this cluster: ${names.slice(0, EXAMPLES).join(', ')}${more}. ${issue.note} (${issue.reference})`,
    severity: 'reject',
    advice: issue.advice,
    old: [],
    new: names.slice(0, EXAMPLES),
  };
}

/** The families of which the candidate exposes the same series several times; Prometheus keeps one of them and logs the others. */
export function repeatedSeries(old: Surface, { families }: Surface): readonly GateDifference[] {
  return [...families.values()].flatMap(({ name, samples }): readonly GateDifference[] => {
    const repeated = repeatsOf(samples);
    if (repeated.length === 0) return [];
    const before = repeatsOf(old.families.get(name)?.samples);
    const also = before.length === 0 ? '; the old release repeats none' : `, the old release ${before.length}`;
    const examples = (list: typeof repeated) => list.slice(0, EXAMPLES).map(({ labels }) => writeSeries(name, labels));
    return [
      {
        id: `surface/series-repeated/${name}`,
        part: 'surface',
        sentence: `${name} repeats ${repeated.length} series for these objects${also}. Prometheus keeps one sample of each.`,
        severity: before.length === 0 ? 'note' : 'harmless',
        origin: 'documented',
        old: examples(before),
        new: examples(repeated),
      },
    ];
  });
}

function repeatsOf(samples = new PackedSamples()): readonly SurfaceSample[] {
  const columns = new LabelColumns(samples, [...samples.labelNames]);
  const index = new RowIndex(columns);
  const repeated: SurfaceSample[] = [];
  for (let row = 0; row < samples.length; row++) if (index.find(columns, row) !== row) repeated.push(samples.at(row));
  return repeated;
}
