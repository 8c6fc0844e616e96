import { argument } from '../../helpers/suite/mutant/changes.ts';
import { type Mutant, mutant } from '../../helpers/suite/mutant/mutant.ts';

/**
 * The exporter is told to leave out a family that rules rest on.
 * @param scenarios the names of the requirements that notice: `failed-job`
 */
export const familyIsDenied = (name: string, family: string, scenarios: readonly string[]): Mutant =>
  mutant(name, {
    sentence: `The exporter is told to leave out ${family}.`,
    change: argument(`--metric-denylist=^${family}$`),
    fails: scenarios.map((scenario) => `scenarios/${scenario}`),
  });
