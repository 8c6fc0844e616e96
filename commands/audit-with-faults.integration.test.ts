import { helmRelease, releaseNamespace, releaseSelector } from '../helpers/audit/testing/release.ts';
import type { PlannedFault } from '../helpers/mutation/faults/planned-fault.ts';
import { type CommandRequest, type Outcome, runCommand } from '../helpers/mutation/faults/run-command.ts';
import {
  clusterUntouched,
  createForeignExporter,
  endState,
  existingCluster,
  runTimeout,
} from '../helpers/mutation/faults/testing.ts';
import type { Interference } from '../helpers/suite/mutant/interference.ts';
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
  return auditWith(announced, { args: ['--only', 'endpoints'], faults });
}

async function auditWith(interference: Interference, { args = [], ...more }: Partial<CommandRequest>): Promise<Outcome> {
  await createForeignExporter(cluster(), helmRelease('v2.20.0'), releaseNamespace);
  const request = { command: 'e2e', args: ['--audit', releaseSelector, ...args], interference, createsLookalikes: false };
  return runCommand(cluster(), { ...request, ...more });
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

test(
  'an audit lists and scrapes as often as its requirements need, page by page, however many objects there are',
  async () => {
    const maps = Array.from({ length: 1200 }, (_, index) => ({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: `theirs-${index}`, namespace: 'default' },
    }));
    await cluster().createAsOthers(maps, async () => undefined);
    const pages: { readonly limit: number; readonly isFirst: boolean }[] = [];
    let scrapes = 0;
    const counting = answers(
      ({ path, query }) => {
        const limit = Number(query.get('limit'));
        // A page of one object shows only whether the caller may list them.
        if (path === '/api/v1/configmaps' && limit !== 1) pages.push({ limit, isFirst: !query.has('continue') });
        if (/\/pods\/[^/]*:8080\/proxy\/metrics$/.test(path)) scrapes += 1;
        return false;
      },
      (answer) => answer,
    );

    const { report } = await auditWith(counting, { args: ['--only', 'exposition,endpoints,consumers/label-joins'] });

    const judged = report?.requirements.find(({ id }) => id === 'exposition/can-be-judged')?.observed;
    const rounds = Number(/in (\d+) round/.exec(judged ?? '')?.[1]);
    expect(report?.requirements.filter(({ status }) => status === 'failed')).toEqual([]);
    // Before and after each scrape of the accounting, and those older than the process; joins have no config maps.
    const lists = rounds + 1 + 1;
    expect(pages.filter(({ isFirst }) => isFirst)).toHaveLength(lists);
    expect(pages).toHaveLength(3 * lists);
    expect(new Set(pages.map(({ limit }) => limit))).toEqual(new Set([500]));
    // Both formats, the self metrics, the strict reader, the older objects and the joins.
    expect(scrapes).toBe(rounds + 6);
  },
  runTimeout,
);

test(
  'objects that change between every two reads of an audit are named, and no finding about the exporter',
  async () => {
    let reads = 0;
    const changing = answers(
      ({ path }) => path === '/api/v1/nodes',
      (answer) => {
        const list = JSON.parse(answer.body) as { items: { metadata: object }[] };
        reads += 1;
        const items = list.items.map((node) => ({
          ...node,
          metadata: { ...node.metadata, resourceVersion: `changed-${reads}` },
        }));
        return { ...answer, body: JSON.stringify({ ...list, items }) };
      },
    );

    const { report } = await auditWith(changing, { args: ['--only', 'exposition'] });

    const resultOf = (id: string) => report?.requirements.find((result) => result.id === id);
    expect(report?.requirements.filter(({ status }) => status === 'failed')).toEqual([]);
    expect(resultOf('exposition/node')).toMatchObject({
      status: 'not-applicable',
      reason: expect.stringMatching(/^Every Node changed between every two reads, so that none could be compared: Node /),
    });
    expect(resultOf('exposition/namespace')?.status).toBe('passed');
  },
  runTimeout,
);
