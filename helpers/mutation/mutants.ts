import { accessMutants } from '../../specs/access/mutants.ts';
import { consumersMutants } from '../../specs/consumers/mutants.ts';
import { dnsMutants } from '../../specs/dns/mutants.ts';
import { endpointsMutants } from '../../specs/endpoints/mutants.ts';
import { lostSampleMutants } from '../../specs/exposition/lost-sample-mutants.ts';
import { expositionMutants } from '../../specs/exposition/mutants.ts';
import { freshnessMutants } from '../../specs/freshness/mutants.ts';
import { hardeningMutants } from '../../specs/hardening/mutants.ts';
import { manifestsMutants } from '../../specs/manifests/mutants.ts';
import { probesMutants } from '../../specs/probes/mutants.ts';
import { resilienceMutants } from '../../specs/resilience/mutants.ts';
import { scenariosMutants } from '../../specs/scenarios/mutants.ts';
import { schedulingMutants } from '../../specs/scheduling/mutants.ts';
import { securedMutants } from '../../specs/secured/mutants.ts';
import { settingsMutants } from '../../specs/settings/mutants.ts';
import { shardingMutants } from '../../specs/sharding/mutants.ts';
import type { Mutant } from '../suite/mutant/mutant.ts';

/** All mutants, area by area. */
const inOrder: readonly Mutant[] = [
  ...manifestsMutants,
  ...schedulingMutants,
  ...probesMutants,
  ...accessMutants,
  ...securedMutants,
  ...hardeningMutants,
  ...dnsMutants,
  ...endpointsMutants,
  ...expositionMutants,
  ...lostSampleMutants,
  ...shardingMutants,
  ...freshnessMutants,
  ...settingsMutants,
  ...resilienceMutants,
  ...scenariosMutants,
  ...consumersMutants,
];

/** All mutants by name. */
export const mutants: Readonly<Record<string, Mutant>> = Object.fromEntries(inOrder.map((mutant) => [mutant.name, mutant]));
