import { knownTargets } from '../../helpers/exporter/known.ts';
import { deriveTarget } from '../../helpers/exporter/target.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { portRecordsMatchPods, recordsMatchPods } from './records.ts';

const target = deriveTarget(knownTargets.agent.rendering(), { name: 'agent' });

/** A cluster without the Service, whose exporter becomes Ready a moment later, and whose DNS never answers. */
const context = {
  target,
  cluster: { domain: 'cluster.local' },
  client: { find: async () => undefined, list: () => new Promise(() => undefined) },
  exporter: { readyPod: () => new Promise((resolve) => setImmediate(resolve)) },
} as unknown as RequirementContext;

test.each([
  ['A', () => recordsMatchPods(context)],
  ['SRV', () => portRecordsMatchPods(context, 'http-metrics', target.ports.metrics)],
])('without the Service, the requirement of its %s records fails, and nothing else', async (_, records) => {
  await expect(records()).rejects.toMatchObject({ actual: 'it does not exist' });
});
