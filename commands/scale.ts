import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, Option } from 'commander';
import { withLargeMemoryLimit } from '../helpers/capture/changed-target.ts';
import { growLoad, loadOf, prepareLoad, waitUntilExposed } from '../helpers/capture/scale/load.ts';
import { type Measurement, measureApart } from '../helpers/capture/scale/measurement.ts';
import { scalePicture, scaleTable } from '../helpers/capture/scale/picture.ts';
import { type Cleanup, Cleanups } from '../helpers/cluster/cleanups.ts';
import { waitForNodes } from '../helpers/cluster/ready.ts';
import { startReaper } from '../helpers/cluster/start-reaper.ts';
import { wholeNumber } from '../helpers/command-line.ts';
import { UsageError } from '../helpers/errors.ts';
import { InstalledTarget } from '../helpers/exporter/installed.ts';
import { servedReads } from '../helpers/exporter/reads.ts';
import { isReady } from '../helpers/kube/pod.ts';
import { newRunId } from '../helpers/kube/run-label.ts';
import { print, printError } from '../helpers/print.ts';
import { install } from '../helpers/run/install.ts';
import type { Interruption } from '../helpers/run/interruption.ts';
import { occupy } from '../helpers/run/occupy.ts';
import { openProvided } from '../helpers/run/open-provided.ts';
import { addRunOptions, requirementOptions } from '../helpers/run/option-definitions.ts';
import { type Options, optionsOf } from '../helpers/run/options.ts';
import { keepUnremovedRecord } from '../helpers/run/reports-directory.ts';
import { targetOfRun } from '../helpers/run/target-of-run.ts';
import { formatVersion } from '../helpers/version.ts';
import type { CommandDefinition } from './command.ts';

interface ScaleOptions {
  readonly pods: readonly number[];
  readonly picture?: string;
}

async function fill(
  options: Options,
  { pods, picture }: ScaleOptions,
  { signal }: Interruption,
  onCleanup: (cleanup: Cleanup) => void,
): Promise<void> {
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
  const { client, objects, kubeconfig, kubernetes, nodes } = opened;
  await occupy(opened, target, warn);
  await waitForNodes(client, nodes);
  const namespace = `conformance-${run}-load`;
  await prepareLoad(objects, namespace);
  await install(client, target, { objects, reads: servedReads(target, client.mapper), before: async () => undefined });
  const pod = await new InstalledTarget(client, target).readyPod();
  if (!isReady(pod)) throw new Error('The exporter is not Ready.');
  const measurements: Measurement[] = [];
  const steps = pods.map(loadOf);
  await growLoad(objects, namespace, loadOf(0), steps[0] ?? loadOf(0));
  for (const [index, load] of steps.entries()) {
    await waitUntilExposed(client, target, pod, namespace, load);
    const { version, arguments: args, ports } = target;
    const order = { kubeconfig, pod, port: ports.metrics.number, exporter: formatVersion(version), arguments: args, kubernetes };
    measurements.push(await measureApart({ pods: load.pods, ...order }, signal));
    const lines = scaleTable(measurements).split(/(?<=\n)/);
    print(measurements.length === 1 ? lines.join('') : (lines.at(-1) ?? ''));
    if (picture !== undefined) writeFileSync(picture, scalePicture(measurements));
    const next = steps[index + 1];
    if (next) await growLoad(objects, namespace, load, next);
  }
}

const warn = (sentence: string) => printError(`${sentence}\n`);

export const scale: CommandDefinition = {
  define: (command) =>
    addRunOptions(command, { except: requirementOptions })
      .addOption(
        new Option('--pods <N,...>', 'how many pods, step by step')
          .argParser(ascending)
          .default([2_000, 5_000, 10_000, 20_000], '2000,5000,10000,20000')
          .env('CONFORMANCE_PODS'),
      )
      .addOption(new Option('--picture <FILE>', 'draw time and memory against size, as an SVG image').env('CONFORMANCE_PICTURE')),
  run: async (command, interruption) => {
    const cleanups = new Cleanups();
    interruption.listen(warn);
    try {
      await interruption.orEnd(fill(optionsOf(command), command.opts<ScaleOptions>(), interruption, cleanups.add));
      return 0;
    } finally {
      for (const left of await cleanups.run()) warn(`left behind: ${left}`);
    }
  },
};

/** The numbers of a list such as `2000,5000`, each larger than the one before. */
function ascending(text: string): readonly number[] {
  const numbers = text.split(',').map(wholeNumber('pods', { min: 1, max: 1_000_000 }));
  if (numbers.every((number, index) => number > (numbers[index - 1] ?? 0))) return numbers;
  throw new InvalidArgumentError('Expected each number to be larger than the one before.');
}
