import { mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { provideCluster, type Undo } from '../../cluster/provide.ts';
import { startReaper } from '../../cluster/start-reaper.ts';
import { openCluster, serverVersion } from '../../kube/open.ts';
import type { ClusterFacts } from '../../report/model.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import type { Interruption } from '../../run/interruption.ts';
import { Phases } from '../../run/phases.ts';
import { removeObjects } from '../../run/remove-objects.ts';
import { profiles } from '../../target/profile.ts';
import { formatVersion } from '../../version.ts';
import { gateCost, ratioOf } from '../cost.ts';
import { readAllRules, readWaiverFile } from '../files.ts';
import type { GateOptions } from '../options.ts';
import { GATE_SCHEMA, type GateReport, gateCounts } from '../report/model.ts';
import { gateVerdict } from '../verdict.ts';
import { applyWaivers } from '../waivers.ts';
import { type Compared, compareSides } from './compare-sides.ts';
import { conformanceFacts, gateConformance, skippedOf, verifyCandidate } from './conformance.ts';
import { installSides } from './install-sides.ts';
import { type PreparedSide, prepareSides } from './prepare.ts';
import type { Sides } from './readings.ts';

export interface GateRun {
  readonly id: string;
  readonly options: GateOptions;
  readonly interruption: Interruption;
  readonly output: ProgressOutput;
}

/**
 * One comparison from nothing to the report: both exporters in one cluster over the same fixtures, everything compared, all removed.
 * @throws UsageError before anything was started, InfrastructureError when the cluster or the old release fails
 */
export async function gateRun(run: GateRun): Promise<GateReport> {
  const { id, options, interruption, output } = run;
  const startedAt = new Date();
  const rules = readAllRules(options.rules, options.dashboards);
  const waivers = readWaiverFile(options.waivers);
  const prepared = await prepareSides(options, id);
  const phases = new Phases((name) => output.write(`› ${name}\n`));
  const undos: Undo[] = [];
  const cluster: { -readonly [K in keyof ClusterFacts]: ClusterFacts[K] } = {
    kind: options.run.cluster ?? 'k3s',
    image: '',
    kubernetes: '',
    nodes: 0,
  };
  let compared: Compared;
  let leftovers: readonly string[] = [];
  try {
    compared = await interruption.orEnd(onCluster(run, prepared, rules, phases, cluster, (undo) => undos.unshift(undo)));
  } finally {
    leftovers = await phases.run('removing what the run created', async () => {
      const left: string[] = [];
      for (const { undo } of undos) left.push(...(await undo()));
      return left;
    });
  }
  const unverified = reasonNotToVerify(options, compared);
  const conformance =
    unverified === undefined
      ? await phases.run('verifying the requirements with the candidate', () =>
          verifyCandidate(options, prepared.new, interruption, output),
        )
      : undefined;
  const found = [
    ...compared.differences,
    ...gateCost(compared.measures, options.budgets),
    ...(conformance ? gateConformance(conformance) : []),
  ];
  const { differences, unused, expired } = applyWaivers(found, waivers, startedAt);
  return {
    schema: GATE_SCHEMA,
    verdict: gateVerdict(differences),
    evidence: 'live',
    from: factsOf(prepared.old),
    to: factsOf(prepared.new),
    cluster,
    startedAt: startedAt.toISOString(),
    durationMs: Date.now() - startedAt.getTime(),
    phases: phases.list(),
    counts: gateCounts(differences),
    differences,
    waivers: { unused, expired },
    series: compared.series,
    measures: compared.measures.map((measure) => {
      const budget = options.budgets.get(measure.name);
      return { ...measure, ratio: ratioOf(measure), ...(budget === undefined ? {} : { budget }) };
    }),
    ...(conformance && { conformance: conformanceFacts(conformance) }),
    leftOut: conformance ? skippedOf(conformance) : [`No requirement was verified with the candidate: ${unverified}`],
    leftovers: [...leftovers, ...(conformance?.leftovers ?? [])],
  };
}

/** Why the candidate is not held against the requirements; undefined where it is. */
function reasonNotToVerify({ conformance, run }: GateOptions, { differences }: Compared): string | undefined {
  if (!conformance) return '--no-conformance.';
  if (differences.some(({ part }) => part === 'start')) return 'it does not start.';
  if (run.cluster !== 'kubeconfig') return undefined;
  return 'it takes a cluster of its own, and this one exists: verify it with npm run e2e.';
}

async function onCluster(
  { id, options, output }: GateRun,
  prepared: Sides<PreparedSide>,
  rules: ReturnType<typeof readAllRules>,
  phases: Phases,
  cluster: { -readonly [K in keyof ClusterFacts]: ClusterFacts[K] },
  onUndo: (undo: Undo) => void,
): Promise<Compared> {
  const { workloadImage, prometheusImage } = options.run;
  const directory = resolve(options.run.reports, 'gate-run');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const needsPrometheus = rules.length > 0;
  const profile = profiles.standard;
  const images = [
    prepared.old.target.image,
    prepared.new.target.image,
    workloadImage,
    ...(needsPrometheus ? [prometheusImage] : []),
  ];
  if (cluster.kind === 'k3s') startReaper().ownsRun(id);
  const provided = await phases.run('booting the cluster', () =>
    provideCluster({ run: id, options: options.run, profile, images, directory }, onUndo),
  );
  const client = await openCluster(provided.kubeconfig, provided.context);
  if (cluster.kind === 'kubeconfig') onUndo({ what: 'objects', undo: () => removeObjects(client, { run: id }) });
  cluster.image = provided.image;
  cluster.kubernetes = await serverVersion(client);
  cluster.nodes = provided.nodes;
  const run = { id, clusterKind: cluster.kind, kubernetes: cluster.kubernetes, workloadImage };
  const namespace = `conformance-${id}-gate`;
  const installed = await phases.run('installing both exporters', () =>
    installSides(client, {
      run,
      prepared,
      nodes: provided.nodes,
      domain: profile.cluster.domain,
      prometheusImage: needsPrometheus ? prometheusImage : undefined,
      namespace,
    }),
  );
  if ('refused' in installed) {
    output.write('  the candidate does not start\n');
    return { differences: installed.refused, measures: [], series: [] };
  }
  return compareSides({ client, run, ...installed, rules, options, namespace, phases });
}

function factsOf({ target, manifests }: PreparedSide): GateReport['from'] {
  return { image: target.image, version: formatVersion(target.version), target: manifests };
}
