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
    observe: async () => {
      const rules = await prometheus.rules();
      return 'error' in rules ? [rules.error] : faultsOf(rules, names);
    },
    until: (faults) => faults.length === 0,
    describe: (faults) => faults.join('\n'),
  });
  return `${names.length} rules of ${Object.keys(ruleFiles()).length} files`;
}

function faultsOf(rules: readonly LoadedRule[], names: readonly string[]): readonly string[] {
  const loaded = new Set(rules.map(({ name }) => name));
  return [
    ...names.filter((name) => !loaded.has(name)).map((name) => `${name} is not loaded`),
    ...rules
      .filter(({ health }) => health !== 'ok')
      .map(({ name, health, lastError = '' }) => `${name} ${health} ${lastError}`.trim()),
  ];
}
