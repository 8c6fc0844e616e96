import pMap from 'p-map';
import { minimalFields } from '../../fixtures/minimal.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { tables } from '../../helpers/catalogue/resources/index.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { verify } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { fixtureContext } from '../../helpers/suite/fixtures.ts';

/** An object that nothing but the run touches, and the labels that name it in its series: `{namespace: 'a', configmap: 'b'}`. */
export interface Subject {
  readonly object: KubernetesObject;
  readonly identity: Readonly<Record<string, string>>;
}

/** How many objects are made and removed at the same time. */
const width = 8;

/**
 * Makes an object of each namespaced kind that the exporter tells of, all under one name, once there is an exporter to show them.
 * @throws RequirementFailure when it tells of none
 */
export async function newObjects(context: RequirementContext, name: string): Promise<readonly Subject[]> {
  const { client, exporter, target, run } = context;
  const { version } = target;
  const kinds = minimalFields(fixtureContext(run));
  const exposed = exposedResources(tables, version, parseExporterArguments(target.arguments)).filter(({ table }) => {
    const { apiVersion, kind } = table.reads(version);
    // A release may read a kind in one namespace alone.
    return table.resource in kinds && client.mapper.serves(apiVersion, kind) && !table.listsNamespace?.(version);
  });
  verify(exposed.length > 0, { expected: 'a namespaced kind to make an object of', actual: 'an exporter that reads none' });
  await exporter.pod();
  return pMap(exposed, ({ table }) => make(context, table.resource, name), { concurrency: width });
}

/** The same of one kind: `deployments`. */
export async function newObject(context: RequirementContext, resource: string, name: string): Promise<Subject> {
  await context.exporter.pod();
  return make(context, resource, name);
}

/** Deletes all of them. */
export async function removeAll({ client }: RequirementContext, subjects: readonly Subject[]): Promise<void> {
  await pMap(subjects, ({ object }) => client.remove(object, object.kind === 'Pod' ? 0 : undefined), { concurrency: width });
}

async function make({ scratch, target, run }: RequirementContext, resource: string, name: string): Promise<Subject> {
  const table = tables.find((one) => one.resource === resource);
  const fields = minimalFields(fixtureContext(run))[resource];
  if (!table || !fields) throw new Error(`Nothing says how an object of ${resource} is made and told.`);
  const namespace = await scratch.namespace();
  const object = await scratch.create({ ...table.reads(target.version), metadata: { name, namespace }, ...fields });
  return { object, identity: table.labels(object, contextOf(target.version, parseExporterArguments(target.arguments))) };
}
