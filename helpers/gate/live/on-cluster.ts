import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type ExporterInCluster, knownIssuesMetIn, type MetKnownIssue, newEnds } from '../../accounting/known-issues.ts';
import { parseExporterArguments } from '../../catalogue/arguments.ts';
import type { Cleanup } from '../../cluster/cleanups.ts';
import { ImageUnavailable } from '../../cluster/local-images.ts';
import { waitForCoreDns, waitForNodes } from '../../cluster/ready.ts';
import { startReaper } from '../../cluster/start-reaper.ts';
import { InfrastructureError } from '../../errors.ts';
import { imagesOf } from '../../exporter/find.ts';
import { profiles } from '../../exporter/profile.ts';
import { servedReads } from '../../exporter/reads.ts';
import { RequirementFailure } from '../../failure.ts';
import { ApiError } from '../../kube/api-error.ts';
import type { KubeClient } from '../../kube/client.ts';
import { type AccountReference, asScraper } from '../../kube/service-account.ts';
import type { RuleSource } from '../../prometheus/rules/rule.ts';
import type { ClusterFacts } from '../../report/model.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import { install } from '../../run/install.ts';
import { holdNamespace } from '../../run/occupy.ts';
import { type OpenedCluster, openProvided } from '../../run/open-provided.ts';
import { keepUnremovedRecord } from '../../run/reports-directory.ts';
import type { Phases } from '../../run/run-context.ts';
import { createFixtures, type FixtureRun } from '../../suite/fixtures.ts';
import type { PodRefusals } from '../../suite/record.ts';
import { formatVersion } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import type { GateOptions } from '../options.ts';
import { metIssueDifferences } from '../surface/objects.ts';
import { type Compared, type CompareRequest, compareSides, notCompared } from './compare-sides.ts';
import type { RunningSide, Sides } from './readings.ts';
import { honorsLabels, otherNamespaces, type PreparedSide } from './sides.ts';
import { endedDifference, hasStarted, startDifference, startOf, withKnownEnd } from './start.ts';

export type MutableClusterFacts = { -readonly [K in keyof ClusterFacts]: ClusterFacts[K] };

export interface OnCluster {
  /** The run's id. */
  readonly id: string;
  readonly options: GateOptions;
  readonly prepared: Sides<PreparedSide>;
  readonly sources: readonly RuleSource[];
  readonly phases: Phases;
  /** Filled in as it becomes known. */
  readonly cluster: MutableClusterFacts;
  readonly output: ProgressOutput;
  onCleanup(cleanup: Cleanup): void;
}

/**
 * Both exporters in one cluster, compared.
 * @throws InfrastructureError when the cluster or the old release fails
 */
export async function compareOnCluster(request: OnCluster): Promise<Compared> {
  const { id, options, prepared, sources, phases, cluster, output, onCleanup } = request;
  const { workloadImage, prometheusImage } = options.run;
  const directory = resolve(options.run.reports, 'gate-run');
  const unremoved = keepUnremovedRecord(directory, options.run.reports);
  if (unremoved !== undefined) output.write(`  ${unremoved}\n`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const profile = profiles.standard;
  const evaluates = sources.some(({ rules }) => rules.length > 0);
  const ofSides = [prepared.old, prepared.new].flatMap(({ target }) => imagesOf(target.objects));
  const images = [...new Set(ofSides), workloadImage, ...(evaluates ? [prometheusImage] : [])];
  const note = (line: string) => output.write(`  ${line}\n`);
  const opened = await phases
    .run('booting the cluster', () =>
      openProvided(
        { run: id, options: options.run, profile, images, directory, reaper: startReaper(directory), note },
        onCleanup,
      ),
    )
    .catch((error: unknown) => {
      if (isMissingCandidate(error, prepared)) return { missing: error };
      throw error;
    });
  if ('missing' in opened) {
    const { image: candidate, words } = opened.missing;
    return notCompared([startDifference(candidate, { state: words, processEnded: false, log: [] })]);
  }
  const { client, objects, image, kubernetes, nodes } = opened;
  Object.assign(cluster, { image, kubernetes, nodes });
  const { met, ends } = opened.booted ? { met: [], ends: [] } : await metByCandidate(client, prepared, kubernetes);
  for (const { sentence } of met) note(sentence);
  const withMet = (differences: readonly GateDifference[]) => [
    ...differences.map((difference) => withKnownEnd(difference, ends)),
    ...met,
  ];
  const run = { id, clusterKind: cluster.kind, kubernetes, workloadImage };
  const namespace = `conformance-${id}-gate`;
  const installed = await phases.run('installing both exporters', () =>
    installSides(opened, { run, prepared, namespace, warn: note }),
  );
  if ('refused' in installed) {
    output.write('  the candidate does not start\n');
    return notCompared(withMet(installed.refused));
  }
  const { sides, refusedPods, scraper } = installed;
  for (const sentence of Object.values(refusedPods)) note(sentence);
  const honorLabels = options.scrape.honorLabels ?? honorsLabels(prepared);
  const compared = await compareWhileBothRun({
    client: scraper ? asScraper(client, scraper) : client,
    objects,
    run: { ...run, refusedPods },
    sides,
    sources,
    options,
    scrape: { ...options.scrape, ...(honorLabels !== undefined && { honorLabels }) },
    prometheusImage,
    domain: profile.cluster.domain,
    namespace,
    phases,
  });
  return { ...compared, differences: withMet(compared.differences) };
}

/** What objects of an existing cluster do to the candidate by its known issues, whether or not it starts. */
async function metByCandidate(
  client: KubeClient,
  sides: Sides<PreparedSide>,
  kubernetes: string,
): Promise<{ readonly met: readonly GateDifference[]; readonly ends: readonly MetKnownIssue[] }> {
  const inCluster = ({ target }: PreparedSide): ExporterInCluster => ({
    exporter: formatVersion(target.version),
    kubernetes,
    options: parseExporterArguments(target.arguments),
  });
  const candidate = inCluster(sides.new);
  const old = inCluster(sides.old);
  const { met } = await knownIssuesMetIn(client, candidate);
  return { met: metIssueDifferences(met, candidate.exporter, old), ends: newEnds(met, old) };
}

/** Whether the candidate's own image does not exist; any other image that cannot be pulled is no fault of the candidate. */
export function isMissingCandidate(error: unknown, { old, new: candidate }: Sides<PreparedSide>): error is ImageUnavailable {
  if (!(error instanceof ImageUnavailable) || !error.isFinal) return false;
  return error.image === candidate.target.image && error.image !== old.target.image;
}

/** A candidate that ends while it is compared is a difference of its own; any other failure is the cluster's. */
async function compareWhileBothRun(request: CompareRequest): Promise<Compared> {
  try {
    const compared = await compareSides(request);
    const ended = await endedDifference(request.client, request.sides.new.target);
    return ended ? { ...compared, differences: [ended, ...compared.differences] } : compared;
  } catch (error) {
    if (!(error instanceof RequirementFailure || error instanceof ApiError)) throw error;
    const ended = await endedDifference(request.client, request.sides.new.target);
    if (ended) return notCompared([ended]);
    throw new InfrastructureError(`The comparison did not complete: ${error.message}`);
  }
}

/** Both exporters as they run, or why the candidate does not. */
export type Installed =
  | {
      readonly sides: Sides<RunningSide>;
      /** The fixtures that the API server does not admit. */
      readonly refusedPods: PodRefusals;
      /** The account that may scrape them, where one requires a token. */
      readonly scraper: AccountReference | undefined;
    }
  | { readonly refused: readonly GateDifference[] };

export interface InstallRequest {
  readonly run: FixtureRun;
  readonly prepared: Sides<PreparedSide>;
  /** The namespace of the gate's own objects. */
  readonly namespace: string;
  warn(sentence: string): void;
}

/**
 * Installs both exporters, each with its own manifests, over the same fixtures.
 * @throws InfrastructureError when the old release does not start: then there is nothing to compare with
 */
async function installSides(opened: OpenedCluster, request: InstallRequest): Promise<Installed> {
  const { run, prepared, namespace, warn } = request;
  const { client, objects, nodes, booted } = opened;
  await waitForNodes(client, nodes);
  const targets = { old: prepared.old.target, new: prepared.new.target };
  const own = [namespace, targets.old.namespace, targets.new.namespace];
  // A booted cluster has none of the namespaces that an exporter reads by their names; one that exists stays as it is.
  for (const name of new Set([...own, ...Object.values(targets).flatMap(otherNamespaces)])) {
    await objects.createNamespace({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await holdNamespace(opened, namespace, warn);
  const installTarget = (target: PreparedSide['target']) =>
    install(client, target, { objects, reads: servedReads(target, client.mapper), before: async () => undefined });
  const [old, now, , refusedPods] = await Promise.all([
    installTarget(targets.old),
    installTarget(targets.new),
    booted ? waitForCoreDns(client, undefined) : undefined,
    createFixtures(client, objects, run),
  ]);
  if (old.refused.length > 0) throw new InfrastructureError(`The API server refuses the old manifests: ${messages(old.refused)}`);
  if (now.refused.length > 0) return { refused: [refusedDifference(messages(now.refused))] };
  const [oldStart, newStart] = await Promise.all([startOf(client, targets.old), startOf(client, targets.new)]);
  if (!hasStarted(oldStart)) {
    const words = [oldStart.state, ...oldStart.log].join('\n');
    throw new InfrastructureError(`The old release ${targets.old.image} does not start: ${words}`);
  }
  if (!hasStarted(newStart)) return { refused: [startDifference(targets.new.image, newStart)] };
  return {
    sides: { old: { target: targets.old, pod: oldStart.pod }, new: { target: targets.new, pod: newStart.pod } },
    refusedPods,
    // The right of either account holds for both exporters.
    scraper: old.scraper ?? now.scraper,
  };
}

function messages(refused: readonly { readonly object: string; readonly message: string }[]): string {
  return refused.map(({ object, message }) => `${object}: ${message}`).join('; ');
}

function refusedDifference(message: string): GateDifference {
  const sentence = `The API server refuses the candidate’s manifests: ${message}`;
  return { id: 'start/manifests', part: 'start', sentence, severity: 'reject', old: [], new: [message] };
}
