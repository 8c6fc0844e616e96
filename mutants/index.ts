import type { Mutant } from '../helpers/mutation/mutant.ts';
import * as access from './access.ts';
import * as consumers from './consumers.ts';
import * as current from './current.ts';
import * as dns from './dns.ts';
import * as endpoints from './endpoints.ts';
import * as exposition from './exposition.ts';
import * as faults from './faults.ts';
import * as freshness from './freshness.ts';
import { groups } from './groups.ts';
import * as hardening from './hardening.ts';
import * as manifests from './manifests.ts';
import { optional } from './optional.ts';
import * as probes from './probes.ts';
import * as resilience from './resilience.ts';
import * as scenarios from './scenarios.ts';
import * as scheduling from './scheduling.ts';

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
  ...faults,
  ...freshness,
  ...resilience,
  ...scenarios,
  ...consumers,
  ...current,
  ...optional,
};
