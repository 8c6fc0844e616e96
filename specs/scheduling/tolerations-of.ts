import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { admission } from '../../helpers/suite/mutant/scrapes.ts';

/** Gives one of the control pods other tolerations, as an admission webhook could. */
export const tolerationsOf = (pod: string, tolerations: readonly object[]) => (): Interference =>
  admission('pods', ({ metadata, spec }) => {
    if (metadata.name === pod) spec.tolerations = tolerations;
  });

export const everything = [{ operator: 'Exists' }];
