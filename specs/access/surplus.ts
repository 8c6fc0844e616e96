import pMap from 'p-map';
import { possibleReadsOf, type Readable, readsOf } from '../../helpers/exporter/reads.ts';
import { allowed, requestsInFlight, rulesIn } from '../../helpers/kube/access-review.ts';
import {
  allQuestions,
  formatPermission,
  type Purpose,
  purposeOf,
  readPermissions,
  reviewPermissions,
} from '../../helpers/kube/permission.ts';
import { permissionsOf, type Surplus } from '../../helpers/kube/rules-review.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { oncePerContext } from '../../helpers/suite/once.ts';
import { controlAccount, exportersAccount } from './account.ts';

type Needed = Pick<RequirementContext, 'client' | 'target' | 'scratch' | 'profile' | 'run'>;

interface Found {
  /** What the account may do beyond what it needs and what every account has. */
  readonly all: readonly Surplus[];
  /** What it may do because every ServiceAccount may. */
  readonly everyones: ReadonlySet<string>;
  /** How many permissions the API server was asked about. */
  readonly asked: number;
}

/** What the account must be allowed to list and watch: what this release reads with its arguments, or all that it can read. */
export function mayRead({ profile, target }: Pick<RequirementContext, 'profile' | 'target'>): readonly Readable[] {
  return profile.mayRead === 'reads' ? readsOf(target) : possibleReadsOf(target);
}

/** What the exporter's account may do of one purpose beyond what it needs and what every account has. */
export async function surplusOf(
  purpose: Purpose,
  context: Needed,
): Promise<{ readonly findings: readonly string[]; readonly asked: number }> {
  const { all, asked } = await lookOnce(context);
  return { findings: all.filter((one) => one.purpose === purpose).map(({ what }) => what), asked };
}

/** What the account has to be allowed: what it needs, and what Kubernetes gives to every ServiceAccount. */
export async function rightfully(context: Needed): Promise<ReadonlySet<string>> {
  const { everyones } = await lookOnce(context);
  return new Set([...neededBy(context), ...everyones]);
}

const lookOnce = oncePerContext(findSurplus);

function neededBy(context: Needed): ReadonlySet<string> {
  return new Set([...readPermissions(mayRead(context)), ...reviewPermissions].map(formatPermission));
}

/**
 * Asks about everything that could be allowed and need not be, then whether the account's own list of rules has more:
 * rules of other namespaces, for single names, of verbs that nobody thought of. That list may have gaps, so it only ever adds.
 */
async function findSurplus(context: Needed): Promise<Found> {
  const needed = neededBy(context);
  const questions = allQuestions(context.run.apiResources, context.target.namespace).filter(
    (one) => !needed.has(formatPermission(one)),
  );
  const [exporter, control] = await Promise.all([exportersAccount(context), controlAccount(context)]);
  const granted = await allowed(exporter.client, questions);
  const everyones = new Set((await allowed(control.client, granted)).map(formatPermission));
  const decided = granted
    .map((one) => ({ what: formatPermission(one), purpose: purposeOf(one.verb) }))
    .filter(({ what }) => !everyones.has(what));
  const listed = await listedSurplus(context, needed);
  const all = new Map([...listed, ...decided].map((one) => [one.what, one]));
  return { all: [...all.values()], everyones, asked: questions.length };
}

async function listedSurplus(context: Needed, needed: ReadonlySet<string>): Promise<readonly Surplus[]> {
  const { client, target } = context;
  const [exporter, control] = await Promise.all([exportersAccount(context), controlAccount(context)]);
  const namespaces = (await client.list({ apiVersion: 'v1', kind: 'Namespace' })).map(({ metadata }) => metadata.name);
  const everyones = permissionsOf(await rulesIn(control.client, target.namespace));
  const own = permissionsOf(await rulesIn(exporter.client, target.namespace));
  const others = namespaces.filter((name) => name !== target.namespace);
  const elsewhere = await pMap(
    others,
    async (namespace) => {
      const rules = permissionsOf(await rulesIn(exporter.client, namespace));
      return [...rules.values()].filter(({ what }) => !own.has(what)).map((one) => ({ ...one, in: namespace }));
    },
    { concurrency: requestsInFlight },
  );
  const surplus = [...own.values(), ...elsewhere.flat()].filter(({ what }) => !needed.has(what) && !everyones.has(what));
  return surplus.map((one) => ('in' in one ? { ...one, what: `${one.what} in the namespace ${one.in}` } : one));
}
