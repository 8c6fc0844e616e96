import type { Mutant } from '../helpers/mutation/mutant.ts';
import * as access from './access/index.ts';
import * as consumers from './consumers/index.ts';
import * as dns from './dns/index.ts';
import * as endpoints from './endpoints/index.ts';
import { groups } from './exposition/groups.ts';
import * as exposition from './exposition/index.ts';
import { optionalGroups } from './exposition/optional-groups.ts';
import * as freshness from './freshness/index.ts';
import * as hardening from './hardening/index.ts';
import * as manifests from './manifests/index.ts';
import * as probes from './probes/index.ts';
import * as resilience from './resilience/index.ts';
import * as scenarios from './scenarios/index.ts';
import * as scheduling from './scheduling/index.ts';

/** All mutants by name, in the order of the areas. */
export const mutants: Readonly<Record<string, Mutant>> = {
  ...manifests,
  ...scheduling,
  ...probes,
  ...access,
  ...hardening,
  ...dns,
  ...endpoints,
  ...exposition,
  ...groups,
  ...optionalGroups,
  ...freshness,
  ...resilience,
  ...scenarios,
  ...consumers,
};
