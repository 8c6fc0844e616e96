import { describe } from '../../helpers/accounting/describe.ts';
import { type Difference, isHeader } from '../../helpers/accounting/difference.ts';
import type { LiveAccounting } from '../../helpers/accounting/live.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { RequirementFailure, verifyNone } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { withoutPayload } from '../../helpers/kube/object.ts';
import { runLabel } from '../../helpers/kube/run-label.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixtureContext } from '../../helpers/suite/fixtures.ts';
import { accountingOfRun } from './live-accounting.ts';

/**
 * Holds one resource against the accounting of the run: no difference, and no object of it that could not be judged.
 * @throws RequirementFailure with the differences, a line each
 */
export async function verifyGroup(context: RequirementContext, resource: string, kind: string): Promise<void> {
  const accounting = await accountingOfRun(context);
  const objects = await objectsToExpose(context, kind);
  const expected = expectedSamples(context, resource, objects);
  if (expected.samples === 0) {
    throw new RequirementFailure(`objects of ${resource} with something to expose`, `${objects.length} object(s) with none`);
  }
  const differences = accounting.differences.filter(
    (difference) => difference.resource === resource && !isToldElsewhere(difference),
  );
  const names = new Set(
    objects.map(({ metadata }) => `${kind} ${metadata.namespace === undefined ? '' : `${metadata.namespace}/`}${metadata.name}`),
  );
  verifyNone(
    [
      ...describe({ differences }, { limit: 40 }),
      ...knownIssueLines(accounting, resource),
      ...accounting.neverStable
        .filter((name) => names.has(name))
        .map((name) => `${name} never held still, so that nothing can be said of it`),
    ],
    `every sample of ${resource} explained by an object, and every object's samples there with its values`,
  );
  context.observed(`${expected.samples} samples of ${objects.length} objects in ${expected.families} families`);
}

/** A series that is there once too often, and a family without its TYPE, are told by requirements of their own. */
function isToldElsewhere(difference: Difference): boolean {
  return isHeader(difference) ? difference.untyped === true : difference.duplicate === true;
}

/** The differences that a known issue explains: the requirement fails with them, and the report tells them apart. */
function knownIssueLines({ known }: LiveAccounting, resource: string): readonly string[] {
  const families = new Set(tables.find((table) => table.resource === resource)?.families.map(({ name }) => name));
  return known.filter((sample) => families.has(sample.split(/[{ ]/)[0] ?? '')).map((sample) => `${sample}: missing`);
}

/**
 * The fixtures of a kind; on a cluster that gets none of it, such as nodes on one that exists, what it has itself. What other areas
 * have in namespaces of their own meanwhile comes and goes, and is not among them.
 */
async function objectsToExpose({ client, run }: RequirementContext, kind: string): Promise<readonly KubernetesObject[]> {
  const served = client.mapper.resources.find(
    (one) => one.kind === kind && one.subresource === undefined && one.verbs.includes('list'),
  );
  if (!served) return [];
  const of = { apiVersion: served.apiVersion, kind };
  const own = [undefined, fixtureContext(run).namespace];
  const labelled = await client.list(of, { labelSelector: `${runLabel}=${run.id}` }, withoutPayload);
  const fixtures = labelled.filter(({ metadata }) => own.includes(metadata.namespace));
  return fixtures.length > 0 ? fixtures : client.list(of, {}, withoutPayload);
}

/** What the tables say that the fixtures must have; the exposition has no part in it. */
function expectedSamples(
  { target }: RequirementContext,
  resource: string,
  objects: readonly KubernetesObject[],
): { samples: number; families: number } {
  const options = parseExporterArguments(target.arguments);
  const rows = exposedResources(tables, target.version, options).find(({ table }) => table.resource === resource)?.rows ?? [];
  const context = contextOf(target.version, options);
  const counts = rows.map((row) => objects.reduce((sum, object) => sum + row.samples(object, context).length, 0));
  return { samples: counts.reduce((sum, count) => sum + count, 0), families: counts.filter((count) => count > 0).length };
}
