import type { Settled } from './merge.ts';
import { countsOf, type Partiality, REPORT_SCHEMA, type Report } from './model.ts';
import { verdictOf } from './verdict.ts';

/** What a run knows of itself besides the results. */
export interface RunSummary
  extends Pick<
    Report,
    'evidence' | 'cluster' | 'exporter' | 'target' | 'profile' | 'startedAt' | 'durationMs' | 'phases' | 'leftovers'
  > {
  /** What broke that is not the exporter, as one sentence. */
  readonly infrastructure?: string | undefined;
  /** What the user asked to leave out, as one sentence; it makes the run partial even if every requirement ran. */
  readonly asked?: string | undefined;
}

/** The report of a run, with its verdict and why it is that. */
export function assembleReport({ requirements, partial }: Settled, run: RunSummary): Report {
  const { infrastructure, asked, ...told } = run;
  const partiality: Partiality | undefined = partial ?? (asked === undefined ? undefined : 'asked');
  const verdict = verdictOf(requirements, { infrastructure, partial: partiality });
  const reason = infrastructure ?? (partiality === 'asked' ? (asked ?? 'A part was asked for.') : cameAbout(partiality));
  return {
    schema: REPORT_SCHEMA,
    verdict,
    ...(reason === undefined ? {} : { reason }),
    ...(partiality === undefined ? {} : { partial: partiality }),
    ...told,
    counts: countsOf(requirements),
    requirements,
  };
}

function cameAbout(partiality: Partiality | undefined): string | undefined {
  return partiality === undefined ? undefined : 'Requirements that were to be verified did not run.';
}
