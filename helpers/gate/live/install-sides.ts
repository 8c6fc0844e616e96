import { waitForCoreDns, waitForNodes } from '../../cluster/ready.ts';
import { InfrastructureError } from '../../errors.ts';
import { servedReads } from '../../exporter/reads.ts';
import type { Prometheus } from '../../prometheus/prometheus.ts';
import { install } from '../../run/install.ts';
import { holdNamespace } from '../../run/occupy.ts';
import type { OpenedCluster } from '../../run/open-provided.ts';
import { createFixtures, type FixtureRun } from '../../suite/fixtures.ts';
import type { PodRefusals } from '../../suite/record.ts';
import type { GateDifference } from '../difference.ts';
import type { PreparedSide } from './prepare.ts';
import { applyPrometheus } from './prometheus.ts';
import type { RunningSide, Sides } from './readings.ts';
import { hasStarted, startDifference, startOf } from './start.ts';

/** What is there once everything is applied. */
export type Installed =
  | {
      readonly sides: Sides<RunningSide>;
      readonly prometheus: Prometheus | undefined;
      /** What admission refuses of the fixtures. */
      readonly refusedPods: PodRefusals;
    }
  | { readonly refused: readonly GateDifference[] };

export interface InstallRequest {
  readonly run: FixtureRun;
  readonly prepared: Sides<PreparedSide>;
  readonly domain: string;
  /** Undefined where there are no rules to evaluate. */
  readonly prometheusImage: string | undefined;
  /** Where the gate's own objects go. */
  readonly namespace: string;
  warn(sentence: string): void;
}

/**
 * Installs both exporters, each as its manifests say, over the same fixtures, and a Prometheus beside them.
 * @throws InfrastructureError when the old release does not start: then there is nothing to compare with
 */
export async function installSides(opened: OpenedCluster, request: InstallRequest): Promise<Installed> {
  const { run, prepared, domain, prometheusImage: image, namespace, warn } = request;
  const { client, objects, nodes, booted } = opened;
  await waitForNodes(client, nodes);
  const targets = { old: prepared.old.target, new: prepared.new.target };
  for (const name of [namespace, targets.old.namespace, targets.new.namespace]) {
    await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await holdNamespace(opened, namespace, warn);
  const installOne = (target: PreparedSide['target']) =>
    install(client, target, { objects, reads: servedReads(target, client.mapper), before: async () => undefined });
  const [old, now, , refusedPods] = await Promise.all([
    installOne(targets.old),
    installOne(targets.new),
    booted ? waitForCoreDns(client, undefined) : undefined,
    createFixtures(client, objects, run),
  ]);
  if (old.refused.length > 0) throw new InfrastructureError(`The API server refuses the old manifests: ${told(old.refused)}`);
  if (now.refused.length > 0) return { refused: [refusedDifference(told(now.refused))] };
  const [oldStart, newStart] = await Promise.all([startOf(client, targets.old), startOf(client, targets.new)]);
  if (!hasStarted(oldStart)) {
    const words = [oldStart.state, ...oldStart.log].join('\n');
    throw new InfrastructureError(`The old release ${targets.old.image} does not start: ${words}`);
  }
  if (!hasStarted(newStart)) return { refused: [startDifference(targets.new.image, newStart)] };
  const prometheus =
    image === undefined ? undefined : await applyPrometheus(client, { objects, image, namespace, domain, targets });
  return {
    sides: { old: { target: targets.old, pod: oldStart.pod }, new: { target: targets.new, pod: newStart.pod } },
    prometheus,
    refusedPods,
  };
}

function told(refused: readonly { readonly object: string; readonly message: string }[]): string {
  return refused.map(({ object, message }) => `${object}: ${message}`).join('; ');
}

function refusedDifference(words: string): GateDifference {
  const sentence = `The API server refuses the candidate’s manifests: ${words}`;
  return { id: 'start/manifests', part: 'start', sentence, severity: 'reject', old: [], new: [words] };
}
