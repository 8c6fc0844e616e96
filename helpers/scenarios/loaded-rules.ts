import type { LoadedRule } from '../prometheus/answers.ts';
import type { RequirementContext } from '../requirement/context.ts';
import { seconds, waitFor } from '../wait.ts';
import { ruleFiles, ruleNames } from './rule-files.ts';
import { stageOf } from './stage.ts';

/**
 * Waits until Prometheus has evaluated every rule of every file without an error.
 * @returns how many rules there are, and in how many files
 */
export async function rulesAreHealthy(context: RequirementContext): Promise<string> {
  const { prometheus } = await stageOf(context);
  const names = ruleNames();
  await waitFor({
    what: 'every rule loaded and evaluated without an error',
    within: seconds(15),
    observe: () => prometheus.rules(),
    until: (rules) => names.every((name) => rules.some((rule) => rule.name === name)) && rules.every(isHealthy),
    describe: (rules) =>
      [
        ...names.filter((name) => !rules.some((rule) => rule.name === name)).map((name) => `${name} is not loaded`),
        ...faults(rules),
      ].join('\n'),
  });
  return `${names.length} rules of ${Object.keys(ruleFiles()).length} files`;
}

function isHealthy({ health }: LoadedRule): boolean {
  return health === 'ok';
}

function faults(rules: readonly LoadedRule[]): readonly string[] {
  return rules
    .filter((rule) => !isHealthy(rule))
    .map(({ name, health, lastError = '' }) => `${name} ${health} ${lastError}`.trim());
}
