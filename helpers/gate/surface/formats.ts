import type { Format } from '../../exposition/model.ts';
import { atLeast, parseVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';

interface OfferedBy {
  /** `v2.5.0` */
  readonly exporter: string;
  /** The format in which it answered somebody who accepts OpenMetrics. */
  readonly answered: Format;
}

const formats: Readonly<Record<Format, string>> = { text: 'the text format', openmetrics: 'OpenMetrics' };

/** Whether both sides answer in the same format somebody who prefers OpenMetrics. Source: the exporter's change log, 2.8. */
export function gateFormats(old: OfferedBy, now: OfferedBy): readonly GateDifference[] {
  if (old.answered === now.answered) return [];
  const expected = ({ exporter }: OfferedBy): Format => (atLeast(parseVersion(exporter), '2.8') ? 'openmetrics' : 'text');
  const documented = expected(old) === old.answered && expected(now) === now.answered;
  return [
    {
      id: 'openmetrics/format',
      part: 'openmetrics',
      sentence:
        `Who prefers OpenMetrics, as Prometheus does, is answered in ${formats[now.answered]}, and was in ${formats[old.answered]}.` +
        (documented ? ' Since 2.8.' : ' No release is documented to change that here.'),
      severity: documented || now.answered === 'openmetrics' ? 'know' : 'reject',
      origin: documented ? 'documented' : 'surprise',
      ...(documented ? { since: '2.8' } : {}),
      old: [formats[old.answered]],
      new: [formats[now.answered]],
    },
  ];
}

/** What differs in OpenMetrics alone: what is the same in both formats is told once. */
export function onlyInOpenMetrics(
  openmetrics: readonly GateDifference[],
  text: readonly GateDifference[],
): readonly GateDifference[] {
  const plain = (id: string) => id.slice(id.indexOf('/')).replace(/_total(?=\/|$)/, '');
  const told = new Map(text.map((difference) => [plain(difference.id), difference]));
  return openmetrics.filter((difference) => told.get(plain(difference.id))?.origin !== difference.origin);
}
