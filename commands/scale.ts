import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { withLargeMemoryLimit } from '../helpers/capture/changed-target.ts';
import { growLoad, type Load, prepareLoad, waitUntilExposed } from '../helpers/capture/scale/load.ts';
import { measure } from '../helpers/capture/scale/measure.ts';
import { type Cleanup, Cleanups } from '../helpers/cluster/cleanups.ts';
import { waitForNodes } from '../helpers/cluster/ready.ts';
import { startReaper } from '../helpers/cluster/start-reaper.ts';
import { UsageError } from '../helpers/errors.ts';
import { InstalledTarget } from '../helpers/exporter/installed.ts';
import { servedReads } from '../helpers/exporter/reads.ts';
import { isReady } from '../helpers/kube/pod.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError } from '../helpers/print.ts';
import { install } from '../helpers/run/install.ts';
import type { Interruption } from '../helpers/run/interruption.ts';
import { keepUnremovedRecord } from '../helpers/run/kept-records.ts';
import { occupy } from '../helpers/run/occupy.ts';
import { openProvided } from '../helpers/run/open-provided.ts';
import { addRunOptions, requirementOptions } from '../helpers/run/option-definitions.ts';
import { type Options, optionsOf } from '../helpers/run/options.ts';
import { targetOfRun } from '../helpers/run/target-of-run.ts';
import type { CommandDefinition } from './command.ts';

const steps: readonly Load[] = [
  { pods: 2_000, configMaps: 500, services: 100 },
  { pods: 5_000, configMaps: 1_250, services: 250 },
  { pods: 10_000, configMaps: 2_500, services: 500 },
  { pods: 20_000, configMaps: 5_000, services: 1_000 },
];

async function fill(options: Options, { signal }: Interruption, onCleanup: (cleanup: Cleanup) => void): Promise<void> {
  if (options.audit !== undefined) throw new UsageError('This fills a cluster, and an audit changes nothing: remove --audit.');
  if (options.cluster === 'kubeconfig') {
    throw new UsageError(
      'This adds a node and thousands of objects, which no run does to an existing cluster: use --cluster k3s.',
    );
  }
  const source = await targetOfRun(options, signal);
  const target = withLargeMemoryLimit(source.target);
  const run = newRunId();
  const directory = resolve(options.reports, 'scale-run');
  const unremoved = keepUnremovedRecord(directory, options.reports);
  if (unremoved !== undefined) warn(unremoved);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const opened = await openProvided(
    { run, options, profile: source.profile, images: [target.image], directory, reaper: startReaper(directory), note: warn },
    onCleanup,
  );
  const { client, objects, kubernetes, nodes } = opened;
  await occupy(opened, target, warn);
  await waitForNodes(client, nodes);
  const namespace = `conformance-${run}-load`;
  await prepareLoad(objects, namespace);
  await install(client, target, { objects, reads: servedReads(target, client.mapper), before: async () => undefined });
  const pod = await new InstalledTarget(client, target).readyPod();
  if (!isReady(pod)) throw new Error('The exporter is not Ready.');
  print('| pods | objects | samples | explained | differences | read objects | read exposition | account | resident |\n');
  print('| --: | --: | --: | --: | --: | --: | --: | --: | --: |\n');
  let from: Load = { pods: 0, configMaps: 0, services: 0 };
  for (const to of steps) {
    await growLoad(objects, namespace, from, to);
    await waitUntilExposed(client, target, pod, namespace, to);
    const {
      objects: count,
      samples,
      explained,
      differences,
      residentBytes,
      ...times
    } = await measure(client, target, pod, kubernetes);
    const durations = [times.readingObjectsMs, times.readingExpositionMs, times.accountingMs].map(
      (ms) => `${(ms / 1000).toFixed(2)} s`,
    );
    const cells = [to.pods, count, samples, explained, differences, ...durations, `${Math.round(residentBytes / 1e6)} MB`];
    print(`| ${cells.join(' | ')} |\n`);
    from = to;
  }
}

const warn = (sentence: string) => printError(`${sentence}\n`);

export const scale: CommandDefinition = {
  define: (command) => addRunOptions(command, { except: requirementOptions }),
  run: async (command, interruption) => {
    const cleanups = new Cleanups();
    interruption.listen(warn);
    try {
      await interruption.orEnd(fill(optionsOf(command), interruption, cleanups.add));
      return 0;
    } finally {
      for (const left of await cleanups.run()) warn(`left behind: ${left}`);
    }
  },
};
