import pMap from 'p-map';
import { minimalFields } from '../../fixtures/minimal.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { freshnessBound } from '../../helpers/exporter/installed.ts';
import type { Exposition, Sample } from '../../helpers/exposition/model.ts';
import { verify } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixtureContext } from '../../helpers/suite/fixtures.ts';
import { instancesOf, scrapeWhole } from '../../helpers/suite/scrape.ts';
import { waitFor } from '../../helpers/wait.ts';

/** An object that only this run changes, and the labels that identify it in its series: `{namespace: 'a', configmap: 'b'}`. */
export interface NewObject {
  readonly object: KubernetesObject;
  readonly identity: Readonly<Record<string, string>>;
}

/** How many objects are created or deleted at the same time. */
const concurrency = 8;

/**
 * Waits for the exporter, then creates an object of each namespaced kind that it exposes.
 * @param name the name of every object
 * @throws RequirementFailure when the exporter exposes no namespaced kind
 */
export async function createOfEveryKind(context: RequirementContext, name: string): Promise<readonly NewObject[]> {
  const { client, exporter, target, run } = context;
  const { version } = target;
  const fields = minimalFields(fixtureContext(run));
  const exposed = exposedResources(tables, version, parseExporterArguments(target.arguments)).filter(({ table }) => {
    const { apiVersion, kind } = table.reads(version);
    // Some releases read some kinds in a single namespace only.
    return table.resource in fields && client.mapper.serves(apiVersion, kind) && !table.listsNamespace?.(version);
  });
  verify(exposed.length > 0, { expected: 'a namespaced kind that the exporter reads', actual: 'none' });
  await exporter.pod();
  return pMap(exposed, ({ table }) => create(context, table.resource, name), { concurrency: concurrency });
}

/** Waits for the exporter, then creates an object of one resource: `deployments`. */
export async function createOf(context: RequirementContext, resource: string, name: string): Promise<NewObject> {
  await context.exporter.pod();
  return create(context, resource, name);
}

/** Deletes the objects without waiting until they are gone. */
export async function deleteAll({ client }: RequirementContext, newObjects: readonly NewObject[]): Promise<void> {
  await pMap(newObjects, ({ object }) => client.remove(object, object.kind === 'Pod' ? 0 : undefined), {
    concurrency: concurrency,
  });
}

async function create({ scratch, target, run }: RequirementContext, resource: string, name: string): Promise<NewObject> {
  const table = tables.find((candidate) => candidate.resource === resource);
  const fields = minimalFields(fixtureContext(run))[resource];
  if (!table || !fields)
    throw new Error(`${resource} is missing in helpers/catalogue/resources or in fixtures/minimal.ts: add it.`);
  const namespace = await scratch.namespace();
  const object = await scratch.create({ ...table.reads(target.version), metadata: { name, namespace }, ...fields });
  return { object, identity: table.labels(object, contextOf(target.version, parseExporterArguments(target.arguments))) };
}

/** What scrapes are to show. */
export interface Expectation {
  /** As the end of a sentence that begins with 'expected': `the series of ConfigMap a/b`. */
  readonly what: string;
  readonly objects: readonly NewObject[];
  /** Whether the samples of one object are as expected. */
  until(samples: readonly Sample[]): boolean;
}

/**
 * Scrapes every 100 ms until the samples of every object are as expected, for the freshness bound at most.
 * @returns the time from the call until then, in milliseconds
 */
export async function untilScraped(context: RequirementContext, expectation: Expectation): Promise<number> {
  const instances = await instancesOf(context);
  const begun = performance.now();
  await waitFor({
    what: expectation.what,
    within: freshnessBound,
    every: 100,
    observe: async () => {
      const exposition = await scrapeWhole(context, instances);
      return expectation.objects
        .map((newObject) => ({ newObject, samples: samplesOf(exposition, newObject) }))
        .filter(({ samples }) => !expectation.until(samples));
    },
    until: (unexpected) => unexpected.length === 0,
    describe: (unexpected) => unexpected.map(({ newObject, samples }) => describe(newObject, samples)).join('\n'),
  });
  return performance.now() - begun;
}

/** The samples of all families whose labels identify the object. */
function samplesOf({ families }: Exposition, { identity }: NewObject): readonly Sample[] {
  const pairs = Object.entries(identity);
  const matches = ({ labels }: Sample) => pairs.every(([label, value]) => labels[label] === value);
  return [...families.values()].flatMap(({ samples }) => samples.filter(matches));
}

function describe({ object }: NewObject, samples: readonly Sample[]): string {
  const shown = samples.slice(0, 3).map(({ name, value }) => `${name} ${value}`);
  const more = samples.length > shown.length ? [`${samples.length - shown.length} more`] : [];
  return `${object.kind} ${object.metadata.name}: ${[...shown, ...more].join(', ') || 'no series'}`;
}

/** `0.30 s after the API server's response; the bound is 5 s` */
export function formatDelay(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s after the API server's response; the bound is ${freshnessBound / 1000} s`;
}
