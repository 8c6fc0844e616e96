import type { LoadedRule, ScrapeTarget } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import { jobs } from './jobs.ts';
import { paceOf, patience } from './pace.ts';
import { ruleFiles, ruleNames } from './rule-files.ts';
import { stageOf } from './stage.ts';

/**
 * Waits until Prometheus has evaluated every rule of every file without an error, over what it has scraped of all that it has
 * discovered: over nothing every rule can be evaluated.
 * @returns how many rules there are, and in how many files
 */
export async function rulesAreHealthy(context: RequirementContext): Promise<string> {
  const { prometheus } = await stageOf(context);
  const pace = await paceOf(context);
  const names = ruleNames();
  let scrapedAt: number | undefined;
  await waitFor({
    what: 'every rule loaded, and evaluated without an error after all targets were scraped',
    within: pace.untilTold(patience),
    observe: async () => {
      const [targets, rules] = [await prometheus.targets(), await prometheus.rules()];
      if ('error' in targets) return [targets.error];
      if ('error' in rules) return [rules.error];
      scrapedAt ??= firstScrape(targets.filter(({ job }) => job === jobs.kubernetes));
      return scrapedAt === undefined ? ['no target, or one that was never scraped'] : faultsOf(rules, names, scrapedAt);
    },
    until: (faults) => faults.length === 0,
    describe: (faults) => faults.join('\n'),
  });
  return `${names.length} rules of ${Object.keys(ruleFiles(pace.restartWindow)).length} files`;
}

/** When all targets had been scraped, in milliseconds since 1970; undefined where there is none, or one never was. */
function firstScrape(targets: readonly ScrapeTarget[]): number | undefined {
  const times = targets.map((target) => target.scrapedAt ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...times);
  return Number.isFinite(last) ? last : undefined;
}

function faultsOf(rules: readonly LoadedRule[], names: readonly string[], scrapedAt: number): readonly string[] {
  const loaded = new Set(rules.map(({ name }) => name));
  return [
    ...names.filter((name) => !loaded.has(name)).map((name) => `${name} is not loaded`),
    ...rules
      .filter(({ health }) => health !== 'ok')
      .map(({ name, health, lastError = '' }) => `${name} ${health} ${lastError}`.trim()),
    ...rules
      .filter(({ lastEvaluation }) => Date.parse(lastEvaluation) <= scrapedAt)
      .map(({ name }) => `${name} was not evaluated since`),
  ];
}
