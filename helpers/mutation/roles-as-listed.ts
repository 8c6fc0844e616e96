import type { Interference } from './interference.ts';
import { type Loose, objects } from './scrapes.ts';

interface LooseRule {
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly verbs?: readonly string[];
}

/** Alters the roles as somebody who lists them sees them; what a token may do stays as it is. */
export const rolesAsListed = (alter: (rules: LooseRule[]) => void) => (): Interference =>
  objects(
    ({ method, path, headers }) => method === 'GET' && path.endsWith('/clusterroles') && headers.authorization === undefined,
    ({ items }) => {
      for (const { metadata, rules } of items as (Loose & { rules: LooseRule[] })[]) {
        if (metadata.name.includes('kube-state-metrics')) alter(rules);
      }
    },
  );
