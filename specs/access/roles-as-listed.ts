import type { PolicyRule } from '../../helpers/kube/workload.ts';
import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { type Loose, objects } from '../../helpers/suite/mutant/scrapes.ts';

/** Alters the roles as somebody who lists them sees them; what a token may do stays as it is. */
export const rolesAsListed = (alter: (rules: PolicyRule[]) => void) => (): Interference =>
  objects(
    ({ method, path, headers }) => method === 'GET' && path.endsWith('/clusterroles') && headers.authorization === undefined,
    ({ items }) => {
      for (const { metadata, rules } of items as (Loose & { rules: PolicyRule[] })[]) {
        if (metadata.name.includes('kube-state-metrics')) alter(rules);
      }
    },
  );
