import type { Format } from '../../exposition/model.ts';
import { atLeast, parseVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';

interface NegotiatedFormat {
  /** `v2.5.0` */
  readonly exporter: string;
  /** The format of its response to a request that accepts OpenMetrics. */
  readonly format: Format;
}

const formats: Readonly<Record<Format, string>> = { text: 'the text format', openmetrics: 'OpenMetrics' };

/** A difference when the sides respond in different formats to a scraper that prefers OpenMetrics. Source: the exporter's change log, 2.8. */
export function gateFormats(old: NegotiatedFormat, now: NegotiatedFormat): readonly GateDifference[] {
  if (old.format === now.format) return [];
  const expected = ({ exporter }: NegotiatedFormat): Format => (atLeast(parseVersion(exporter), '2.8') ? 'openmetrics' : 'text');
  const documented = expected(old) === old.format && expected(now) === now.format;
  return [
    {
      id: 'openmetrics/format',
      part: 'openmetrics',
      sentence:
        `A scraper that prefers OpenMetrics, such as Prometheus, gets ${formats[now.format]}; it got ${formats[old.format]}.` +
        (documented ? ' Since 2.8.' : ' No release between the two is documented to change that.'),
      severity: documented || now.format === 'openmetrics' ? 'note' : 'reject',
      origin: documented ? 'documented' : 'surprise',
      ...(documented ? { since: '2.8' } : {}),
      old: [formats[old.format]],
      new: [formats[now.format]],
    },
  ];
}

/** The differences of the OpenMetrics surfaces that the text format does not have too. */
export function onlyInOpenMetrics(
  openmetrics: readonly GateDifference[],
  text: readonly GateDifference[],
): readonly GateDifference[] {
  const withoutFormat = (id: string) => id.slice(id.indexOf('/')).replace(/_total(?=\/|$)/, '');
  const inText = new Map(text.map((difference) => [withoutFormat(difference.id), difference]));
  return openmetrics.filter((difference) => inText.get(withoutFormat(difference.id))?.origin !== difference.origin);
}
