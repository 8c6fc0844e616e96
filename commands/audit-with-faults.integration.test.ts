import { helmRelease, releaseNamespace, releaseSelector } from '../helpers/audit/testing/release.ts';
import type { PlannedFault } from '../helpers/mutation/faults/planned-fault.ts';
import { type Outcome, runCommand } from '../helpers/mutation/faults/run-command.ts';
import {
  clusterUntouched,
  createForeignExporter,
  endState,
  existingCluster,
  runTimeout,
} from '../helpers/mutation/faults/testing.ts';
import { answers } from '../helpers/suite/mutant/scrapes.ts';

const cluster = existingCluster();

/** An API that another server aggregates, and that this server announces. */
const aggregated = { name: 'metrics.k8s.io', versions: [{ groupVersion: 'metrics.k8s.io/v1beta1', version: 'v1beta1' }] };
const announced = answers(
  ({ path }) => path === '/apis',
  (answer) => {
    const body = JSON.parse(answer.body) as { groups: object[] };
    return { ...answer, body: JSON.stringify({ ...body, groups: [...body.groups, aggregated] }) };
  },
);

/** Examines a release that somebody has deployed. */
async function audit(...faults: readonly PlannedFault[]): Promise<Outcome> {
  await createForeignExporter(cluster(), helmRelease('v2.20.0'), releaseNamespace);
  const args = ['--audit', releaseSelector, '--only', 'endpoints'];
  return runCommand(cluster(), { command: 'e2e', args, faults, interference: announced, createsLookalikes: false });
}

test(
  'an aggregated API that does not answer, of which the exporter reads nothing, changes nothing in an audit',
  async () => {
    const outcome = await audit({
      phase: 'discovery',
      method: 'GET',
      path: /metrics\.k8s\.io/,
      lasting: true,
      incident: { kind: 'status', status: 503 },
    });

    expect(outcome.requests.some(({ isFaulty: isHit }) => isHit)).toBe(true);
    expect(endState(outcome)).toMatchObject({ exitCode: 0, verdict: 'partial', left: [] });
    expect(outcome.report?.requirements.filter(({ status }) => status === 'failed')).toEqual([]);
  },
  runTimeout,
);

test(
  'Ctrl-C while the discovery of an audit gets no answer ends it with 130',
  async () => {
    const outcome = await audit({
      phase: 'discovery',
      method: 'GET',
      path: /^\/apis\/apps\/v1$/,
      incident: { kind: 'signal', signal: 'SIGINT', request: { kind: 'hang' } },
    });

    expect(endState(outcome)).toMatchObject({ exitCode: 130, ...clusterUntouched });
    expect(outcome.stderr).not.toMatch(/^ +at /m);
  },
  runTimeout,
);
