import { accept } from '../../helpers/exporter/exporter.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { Exposition, Sample } from '../../helpers/exposition/model.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { RequirementFailure } from '../../helpers/failure.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import type { Subject } from './objects.ts';

/** What is looked for in scrape after scrape. */
export interface Sighting {
  /** As the end of a sentence that begins with 'expected': `the series of ConfigMap a/b`. */
  readonly what: string;
  readonly of: readonly Subject[];
  /** Whether the samples of one of them are as wanted. */
  until(samples: readonly Sample[]): boolean;
}

/**
 * Scrapes until the samples of every object are as wanted.
 * @returns how long that took from the call on, in milliseconds
 */
export async function sighted({ exporter }: RequirementContext, { what, of, until }: Sighting): Promise<number> {
  const begun = performance.now();
  await waitFor({
    what,
    within: freshnessBound,
    every: 100,
    observe: async () => {
      const answer = await exporter.metricsPort('/metrics', { Accept: accept.text });
      if (answer.status !== 200) throw new RequirementFailure('a scrape', `${answer.status}: ${answer.body.slice(0, 200)}`);
      const { exposition } = await readExposition(answer.bytes, { format: 'text' });
      const seen = of.map((subject) => ({ subject, samples: samplesOf(exposition, subject) }));
      return seen.filter(({ samples }) => !until(samples));
    },
    until: (others) => others.length === 0,
    describe: (others) => others.map(({ subject, samples }) => describeSubject(subject, samples)).join('\n'),
  });
  return performance.now() - begun;
}

/** All samples whose labels name the object, of whatever family. */
function samplesOf({ families }: Exposition, { identity }: Subject): readonly Sample[] {
  const wanted = Object.entries(identity);
  const names = ({ labels }: Sample) => wanted.every(([label, value]) => labels[label] === value);
  return [...families.values()].flatMap(({ samples }) => samples.filter(names));
}

function describeSubject({ object }: Subject, samples: readonly Sample[]): string {
  const shown = samples.slice(0, 3).map(({ name, value }) => `${name} ${value}`);
  const more = samples.length > shown.length ? [`${samples.length - shown.length} more`] : [];
  return `${object.kind} ${object.metadata.name}: ${[...shown, ...more].join(', ') || 'no series of it'}`;
}

/** `0.3 s after the API server's answer; the bound is 5 s` */
export function formatDelay(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s after the API server's answer; the bound is ${freshnessBound / 1000} s`;
}
