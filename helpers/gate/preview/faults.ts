import {
  type ExporterInCluster,
  knownIssuesOfObjects,
  type MetKnownIssue,
  metKnownIssues,
} from '../../accounting/known-issues.ts';
import { seriesKey, writeSeries } from '../../accounting/series.ts';
import type { Exposition } from '../../exposition/model.ts';
import { plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import { metIssueDifferences } from '../surface/objects.ts';
import type { PreviewInputs } from './inputs.ts';

const EXAMPLES = 5;

/**
 * A difference for each known issue of the candidate that the objects meet: one that ends the candidate and not the old release rejects.
 * Repeated series are compared by themselves.
 */
export function metIssues(release: string, { objects, old, kubernetes }: PreviewInputs): readonly GateDifference[] {
  const inCluster = (exporter: string): ExporterInCluster => ({ exporter, kubernetes, options: old.options });
  const inUse = inCluster(old.exporter);
  const ofOld = new Set(knownIssuesOfObjects(inUse).map(({ id }) => id));
  const met = metKnownIssues(inCluster(release), objects).filter(({ issue }) => issue.objects.effect !== 'repeat');
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
export function repeatedSeries(old: Exposition, { families }: Exposition): readonly GateDifference[] {
  return [...families.values()].flatMap(({ name, samples }): readonly GateDifference[] => {
    const repeated = repeatsOf(samples);
    if (repeated.length === 0) return [];
    const before = repeatsOf(old.families.get(name)?.samples ?? []);
    const also = before.length === 0 ? '; the old release repeats none' : `, the old release ${before.length}`;
    const examples = (list: typeof samples) => list.slice(0, EXAMPLES).map(({ labels }) => writeSeries(name, labels));
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

function repeatsOf(samples: NonNullable<ReturnType<Exposition['families']['get']>>['samples']): typeof samples {
  const known = new Set<string>();
  return samples.filter(({ labels }) => {
    const key = seriesKey(labels);
    if (known.has(key)) return true;
    known.add(key);
    return false;
  });
}
