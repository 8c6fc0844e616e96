import type { Report } from '../../report/model.ts';
import type { ProgressOutput } from '../../report/progress.ts';
import { declaredRequirements } from '../../requirement/declared.ts';
import { conformanceRun } from '../../run/conformance-run.ts';
import type { Interruption } from '../../run/interruption.ts';
import { newRunId } from '../../run/label.ts';
import type { GateDifference } from '../difference.ts';
import type { GateOptions } from '../options.ts';
import type { PreparedSide } from './prepare.ts';

/** Every requirement with the candidate's image, in a cluster of its own. */
export async function verifyCandidate(
  options: GateOptions,
  { manifests }: PreparedSide,
  interruption: Interruption,
  output: ProgressOutput,
): Promise<Report> {
  const target = manifests === 'current' || manifests === 'agent' ? { target: manifests } : { manifests };
  const run = {
    ...options.run,
    ...target,
    image: options.to,
    reports: `${options.run.reports}/conformance`,
  } as GateOptions['run'];
  return conformanceRun({ id: newRunId(), options: run, declared: await declaredRequirements(), interruption, output });
}

/** Each requirement that the candidate fails. */
export function gateConformance({ requirements, verdict, reason }: Report): readonly GateDifference[] {
  if (verdict === 'infrastructure') {
    const sentence = `The requirements could not be verified with the candidate: ${reason ?? 'the cluster failed'}.`;
    return [{ id: 'conformance/infrastructure', part: 'conformance', sentence, severity: 'reject', old: [], new: [] }];
  }
  return requirements
    .filter(({ status }) => status === 'failed')
    .map(({ id, sentence, level, wanted, seen, observed }) => ({
      id: `conformance/${id}`,
      part: 'conformance',
      sentence: `The candidate fails ${id}: ${sentence}`,
      severity: level === 'must' ? 'reject' : 'know',
      old: wanted === undefined ? [] : [`wanted ${wanted}`],
      new: [seen ?? observed ?? ''],
    }));
}
