import { argument } from './changes.ts';
import { type Mutant, mutant } from './mutant.ts';

/**
 * The exporter is told to leave out a family that rules rest on.
 * @param scenarios the names of the requirements that notice: `failed-job`
 */
export const familyIsDenied = (family: string, scenarios: readonly string[]): Mutant =>
  mutant({
    sentence: `The exporter is told to leave out ${family}.`,
    change: argument(`--metric-denylist=^${family}$`),
    fails: scenarios.map((name) => `scenarios/${name}`),
  });
