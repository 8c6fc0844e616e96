import type { LoadedRule, ScrapeTarget } from '../../helpers/prometheus/prometheus.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import { jobs } from './configuration.ts';
import { environmentOf } from './environment.ts';
import { ruleFiles, ruleNames } from './rule-files.ts';
import { scrapeBudget, timingOf } from './timing.ts';

/**
 * Waits until Prometheus has evaluated every rule without an error after it has scraped all targets: without samples every rule can be
 * evaluated.
 * @returns `9 rules of 5 files`
 */
export async function rulesAreHealthy(context: RequirementContext): Promise<string> {
  const { prometheus } = await environmentOf(context);
  const timing = await timingOf(context);
  const names = ruleNames();
  let scrapedAt: number | undefined;
  await waitFor({
    what: 'every rule loaded, and evaluated without an error after all targets were scraped',
    within: timing.untilEvaluated(scrapeBudget),
    observe: async () => {
      const [targets, rules] = [await prometheus.targets(), await prometheus.rules()];
      if ('error' in targets) return [targets.error];
      if ('error' in rules) return [rules.error];
      scrapedAt ??= firstScrape(targets.filter(({ job }) => job === jobs.kubernetes));
      return scrapedAt === undefined ? ['no target, or a target that has never been scraped'] : faultsOf(rules, names, scrapedAt);
    },
    until: (faults) => faults.length === 0,
    describe: (faults) => faults.join('\n'),
  });
  return `${names.length} rules of ${Object.keys(ruleFiles(timing.restartWindow)).length} files`;
}

/** The time at which every target had been scraped, in milliseconds since 1970; undefined without targets, or before that. */
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
      .map(({ name }) => `${name} has not been evaluated since the scrape`),
  ];
}
