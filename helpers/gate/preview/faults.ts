import { type ExporterInCluster, knownIssuesOfObjects, metKnownIssues } from '../../accounting/known-issues.ts';
import { seriesKey, writeSeries } from '../../accounting/series.ts';
import type { Exposition } from '../../exposition/model.ts';
import { plural } from '../../report/words.ts';
import type { GateDifference } from '../difference.ts';
import type { PreviewInputs } from './inputs.ts';

const EXAMPLES = 5;

/** The objects that end the candidate and not the old release, a difference for each known issue. */
export function endingObjects(release: string, { objects, old, kubernetes }: PreviewInputs): readonly GateDifference[] {
  const inCluster = (exporter: string): ExporterInCluster => ({ exporter, kubernetes, options: old.options });
  const ofOld = new Set(knownIssuesOfObjects(inCluster(old.exporter)).map(({ id }) => id));
  return metKnownIssues(inCluster(release), objects)
    .filter(({ issue }) => issue.objects.effect.startsWith('crash') && !ofOld.has(issue.id))
    .map(({ issue, names }): GateDifference => {
      const isCertain = issue.objects.effect === 'crash';
      const more = names.length > EXAMPLES ? ` and ${names.length - EXAMPLES} more` : '';
      return {
        id: `start/ends-on/${issue.id}`,
        part: 'start',
        sentence: `${release} ${isCertain ? 'ends' : 'may end'} on ${plural(names.length, 'object')} of this cluster: ${names.slice(0, EXAMPLES).join(', ')}${more}. ${issue.note} (${issue.reference})`,
        severity: isCertain ? 'reject' : 'note',
        advice: issue.advice,
        old: [],
        new: names.slice(0, EXAMPLES),
      };
    });
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
