import { objectName } from '../../helpers/accounting/inventory.ts';
import { parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { customTables } from '../../helpers/catalogue/custom/tables.ts';
import { exposedResources } from '../../helpers/catalogue/exposed.ts';
import { contextOf } from '../../helpers/catalogue/table.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import { NotApplicable, verifyNone } from '../../helpers/failure.ts';
import { groupAndKind } from '../../helpers/kube/object-store.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { listableKinds, storeObjects } from '../../helpers/suite/read-objects.ts';
import { accountingsOfRun, linesOf } from './accounting.ts';

/**
 * Verifies the custom resources of the configuration by the accounting of the run.
 * @throws RequirementFailure with the differences, a line each; NotApplicable when no object has a sample to expose
 */
export async function verifyCustomResources(context: RequirementContext): Promise<void> {
  const { client, run, target } = context;
  const reads = listableKinds(servedReads(target, client.mapper), run).filter(
    ({ custom, group }) => custom === true || group === 'apiextensions.k8s.io',
  );
  const options = parseExporterArguments(target.arguments);
  const objects = await storeObjects(client, reads, options);
  const { resources: _, ...ofCustomResources } = options;
  const exposed = exposedResources(customTables(options, objects), target.version, ofCustomResources);
  const row = contextOf(target.version, options);
  const [names, families] = [new Set<string>(), new Set<string>()];
  let samples = 0;
  for (const { table, rows } of exposed) {
    const { kind, apiVersion } = table.reads(target.version);
    for (const object of objects.ofKind(groupAndKind(apiVersion, kind))) {
      names.add(objectName(object));
      for (const { name, samples: samplesOf } of rows) {
        const count = samplesOf(object, row).length;
        samples += count;
        if (count > 0) families.add(name);
      }
    }
  }
  const accountings = await accountingsOfRun(context);
  verifyNone(
    accountings.flatMap((accounting) => linesOf(accounting, isCustom, (name) => names.has(name))),
    'every sample of a custom resource explained by an object, and all samples of every object with their values',
  );
  if (samples === 0) {
    const kinds = (options.customResources ?? []).map(
      ({ group, version, kind }) => `${kind || '*'} of ${group}/${version || '*'}`,
    );
    throw new NotApplicable(`The cluster has no object with a sample of ${kinds.join(', ')}.`);
  }
  context.observed(`${samples} samples of ${names.size} custom resources in ${families.size} families`);
}

/** Whether a resource is one of a configuration: `foos.acme.io/v1`. */
function isCustom(resource: string | undefined): boolean {
  return resource?.includes('/') === true;
}
