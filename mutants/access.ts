import { rules, set } from '../helpers/mutation/changes.ts';
import { deniedUntilTheDeployment, emptyList, forbiddenInTheLog } from '../helpers/mutation/denials.ts';
import { mutant } from '../helpers/mutation/mutant.ts';
import { type Loose, objects } from '../helpers/mutation/scrapes.ts';

export const roleMayDeletePods = mutant({
  sentence: 'The role may also delete pods.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods'], verbs: ['delete'] })),
  fails: ['access/denies-writes'],
});

export const roleMayDoEverythingWithPods = mutant({
  sentence: 'The role may do everything with pods.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods'], verbs: ['*'] })),
  fails: ['access/denies-writes'],
});

export const roleMayDoEverything = mutant({
  sentence: 'The role may do everything.',
  change: rules((all) => all.push({ apiGroups: ['*'], resources: ['*'], verbs: ['*'] })),
  fails: ['access/denies-writes'],
});

export const roleMayEvict = mutant({
  sentence: 'The role may also evict pods, which is a write to a subresource.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] })),
  fails: ['access/denies-writes'],
});

export const roleMayGetSecrets = mutant({
  sentence: 'The role may also get single secrets.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['secrets'], verbs: ['get'] })),
  fails: ['access/reads-nothing-else'],
});

export const roleMayListRoles = mutant({
  sentence: 'The role may also list roles, which the exporter does not read.',
  change: rules((all) => all.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['roles'], verbs: ['list'] })),
  fails: ['access/reads-nothing-else'],
});

export const roleMayReadLogs = mutant({
  sentence: 'The role may also read the logs of pods.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['pods/log'], verbs: ['get'] })),
  fails: ['access/reads-nothing-else'],
});

export const roleMayImpersonate = mutant({
  sentence: 'The role may impersonate users.',
  change: rules((all) => all.push({ apiGroups: [''], resources: ['users'], verbs: ['impersonate'] })),
  fails: ['access/denies-escalation'],
});

export const roleMayBindRoles = mutant({
  sentence: 'The role may bind every role.',
  change: rules((all) => all.push({ apiGroups: ['rbac.authorization.k8s.io'], resources: ['clusterroles'], verbs: ['bind'] })),
  fails: ['access/denies-escalation'],
});

const reads = ['access/lists-and-watches-what-it-reads'];

export const roleLacksLeases = mutant({
  sentence: 'The role lacks the rule for leases.',
  change: rules((all) =>
    all.splice(
      all.findIndex(({ resources }) => resources?.includes('leases')),
      1,
    ),
  ),
  fails: reads,
  verifies: ['endpoints'],
});

export const roleMayNotWatchJobs = mutant({
  sentence: 'The role may list jobs, and not watch them.',
  change: rules((all) =>
    set(
      all.filter(({ apiGroups }) => apiGroups?.includes('batch')),
      { verbs: ['list'] },
    ),
  ),
  fails: reads,
});

export const groupOfARuleIsMisspelt = mutant({
  sentence: 'The group of a rule is misspelt, so that a right is missing and another is there.',
  change: rules((all) =>
    set(
      all.filter(({ apiGroups }) => apiGroups?.includes('apps')),
      { apiGroups: ['app'] },
    ),
  ),
  fails: [...reads, 'access/reads-nothing-else'],
});

export const roleMayReviewNoTokens = mutant({
  sentence: 'The role lacks the rule for token reviews.',
  change: rules((all) =>
    all.splice(
      all.findIndex(({ resources }) => resources?.includes('tokenreviews')),
      1,
    ),
  ),
  fails: ['access/creates-reviews'],
});

export const listIsAnsweredWithNothing = mutant({
  sentence: 'The list of config maps is allowed, and answered without any.',
  proxy: emptyList('/api/v1/configmaps'),
  fails: ['access/lists-and-watches-answer'],
});

export const roleComesLate = mutant({
  sentence: 'The role is in force only once the Deployment has been applied.',
  proxy: deniedUntilTheDeployment,
  fromTheStart: true,
  fails: ['access/in-force-before-the-deployment'],
});

export const logTellsOfAForbiddenList = mutant({
  sentence: "The exporter's log tells of a list that was forbidden.",
  proxy: forbiddenInTheLog,
  fails: ['access/log-without-forbidden'],
});

/** Alters the roles as somebody who lists them sees them; what a token may do stays as it is. */
const rolesAsListed = (alter: (rules: { resources?: string[] }[]) => void) => () =>
  objects(
    ({ method, path, headers }) => method === 'GET' && path.endsWith('/clusterroles') && headers.authorization === undefined,
    ({ items }) => {
      for (const { metadata, rules: all } of items as (Loose & { rules: { resources?: string[] }[] })[]) {
        if (metadata.name.includes('kube-state-metrics')) alter(all);
      }
    },
  );

export const roleDoesNotSayLeases = mutant({
  sentence: 'The role, as it is written, does not say leases.',
  proxy: rolesAsListed((all) =>
    all.splice(
      all.findIndex(({ resources }) => resources?.includes('leases')),
      1,
    ),
  ),
  fails: ['access/roles-grant-what-it-reads'],
});

export const roleSaysMore = mutant({
  sentence: 'The role, as it is written, says that nodes may be deleted.',
  proxy: rolesAsListed((all) => all.push({ apiGroups: [''], resources: ['nodes'], verbs: ['delete'] } as never)),
  fails: ['access/roles-grant-nothing-else'],
});
