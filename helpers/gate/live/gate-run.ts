import { Undos } from '../../cluster/undos.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import type { Interruption } from '../../run/interruption.ts';
import { Phases } from '../../run/phases.ts';
import { formatVersion } from '../../version.ts';
import { gateCost, ratioOf } from '../cost.ts';
import { readAllRules, readWaiverFile } from '../files.ts';
import type { GateOptions } from '../options.ts';
import { GATE_SCHEMA, type GateReport, gateCounts } from '../report/model.ts';
import { gateVerdict } from '../verdict.ts';
import { applyWaivers } from '../waivers.ts';
import type { Compared } from './compare-sides.ts';
import { conformanceFacts, gateConformance, skippedOf, verifyCandidate } from './conformance.ts';
import { compareOnCluster, type MutableClusterFacts } from './on-cluster.ts';
import { type PreparedSide, prepareSides } from './prepare.ts';

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
  const undos = new Undos();
  const cluster: MutableClusterFacts = {
    kind: options.run.cluster ?? 'k3s',
    image: '',
    kubernetes: '',
    nodes: 0,
  };
  let compared: Compared;
  let leftovers: readonly string[] = [];
  try {
    const compare = compareOnCluster({ id, options, prepared, rules, phases, cluster, output, onUndo: undos.add });
    compared = await interruption.orEnd(compare);
  } finally {
    leftovers = await phases.run('removing what the run created', () => undos.undo());
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
  if (differences.some(({ part }) => part === 'start')) return 'it does not run.';
  if (run.cluster !== 'kubeconfig') return undefined;
  return 'it takes a cluster of its own, and this one exists: verify it with npm run e2e.';
}

function factsOf({ target, manifests }: PreparedSide): GateReport['from'] {
  return { image: target.image, version: formatVersion(target.version), target: manifests };
}
