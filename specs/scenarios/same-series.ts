import { verify } from '../../helpers/failure.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import { jobs, prefixOf } from './jobs.ts';
import { paceOf, patience } from './pace.ts';
import { type Row, rowOf } from './row.ts';
import { stageOf } from './stage.ts';

type Job = (typeof jobs)[keyof typeof jobs];

/**
 * Waits until no series is left that only one of the two discovered jobs has had in every look: the two do not scrape at the same
 * instant, and what comes and goes in between is no difference.
 * @returns how many series both have
 */
export async function seriesOfBothAgree(context: RequirementContext): Promise<number> {
  const pace = await paceOf(context);
  let lasting: ReadonlySet<Row> | undefined;
  const { common } = await waitFor({
    what: `the same series in the jobs ${jobs.kubernetes} and ${jobs.dns}`,
    within: pace.untilTold(patience),
    every: pace.interval,
    observe: async () => {
      const [one, other] = await Promise.all([seriesOf(context, jobs.kubernetes), seriesOf(context, jobs.dns)]);
      const differing = [...only(jobs.kubernetes, one, other), ...only(jobs.dns, other, one)];
      lasting = new Set(differing.filter((row) => lasting?.has(row) ?? true));
      return { common: [...one].filter((row) => other.has(row)).length, lasting };
    },
    until: (seen) => seen.common > 0 && seen.lasting.size === 0,
    describe: (seen) => [...seen.lasting].slice(0, 20).join('\n') || 'no series at all',
  });
  return common;
}

function only(job: Job, own: ReadonlySet<Row>, others: ReadonlySet<Row>): readonly Row[] {
  return [...own].filter((row) => !others.has(row)).map((row) => `only in ${job}: ${row}`);
}

async function seriesOf(context: RequirementContext, job: Job): Promise<ReadonlySet<Row>> {
  const { prometheus } = await stageOf(context);
  const prefix = prefixOf(job);
  const result = await prometheus.query(`{job="${job}",__name__=~"${prefix}kube_.+"}`);
  verify('rows' in result, { expected: `the series of the job ${job}`, actual: 'error' in result ? result.error : '' });
  return new Set(
    result.rows.map(({ labels: { __name__: name = '', ...labels } }) => {
      const sorted = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
      return `${name.slice(prefix.length)}${rowOf(Object.fromEntries(sorted))}`;
    }),
  );
}
