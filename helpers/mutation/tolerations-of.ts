import type { Interference } from './interference.ts';
import { admission } from './scrapes.ts';

/** Gives one of the control pods other tolerations, as an admission webhook could. */
export const tolerationsOf = (pod: string, tolerations: readonly object[]) => (): Interference =>
  admission('pods', ({ metadata, spec }) => {
    if (metadata.name === pod) spec.tolerations = tolerations;
  });

export const everything = [{ operator: 'Exists' }];
