import { endingFaults } from '../../fixtures/faults/crashes.ts';
import type { EndingFault } from '../../fixtures/fixture.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import type { Instance } from '../../helpers/exporter/installed.ts';
import type { Sample } from '../../helpers/exposition/model.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { RequirementFailure } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { copyOfExporter, wholeArguments } from '../../helpers/suite/exporter-copy.ts';
import { createFault, fixtureContext } from '../../helpers/suite/fixtures.ts';
import { instancesOf } from '../../helpers/suite/scrape.ts';
import { makeNamespace } from '../../helpers/suite/scratch.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { scrapeRunning } from './running.ts';

/** How long a copy may take to start and to expose the objects, in milliseconds. */
const exposureBudget = seconds(30);

/** A line of an exposition that is quoted in a failure has this many characters at most. */
const shown = 1000;

/** What a copy of the exporter did with the objects of a fault. */
type Trial = { readonly observed: string } | { readonly error: Error };

/**
 * Verifies that a copy of the exporter which reads the objects of a fault keeps running and exposes them rightly.
 * @throws RequirementFailure with `crashed: …`, `not exposed: …` or the wrong lines; NotApplicable where the API server refuses the objects
 */
export async function survives(context: RequirementContext, { name }: EndingFault): Promise<void> {
  const trial = (await trials(context)).get(name);
  if (trial === undefined) throw new Error(`There is no trial of ${name}.`);
  if ('error' in trial) throw trial.error;
  context.observed(trial.observed);
}

/**
 * Tries all faults at once, each in a namespace of its own with a copy of the exporter that reads nothing else, so that a crash has one
 * explanation. The exporter itself reads everything: when the objects are gone it must answer, and is replaced if it crashed as well.
 */
const trials = memoizePerContext(async (context: RequirementContext): Promise<ReadonlyMap<string, Trial>> => {
  const before = await instancesOf(context);
  try {
    return new Map(await Promise.all(endingFaults.map(async (fault) => [fault.name, await attempt(context, fault)] as const)));
  } finally {
    await untilRecovered(context, before);
  }
});

async function attempt(context: RequirementContext, fault: EndingFault): Promise<Trial> {
  try {
    return { observed: await tryFault(context, fault) };
  } catch (error) {
    return { error: error as Error };
  }
}

async function tryFault(context: RequirementContext, fault: EndingFault): Promise<string> {
  const { client, objects, run, scratch } = context;
  const namespace = `conformance-${run.id}-${fault.name}`;
  await makeNamespace(client, objects, namespace);
  const live = await createFault({ client, objects, kubernetes: run.kubernetes }, fault, { ...fixtureContext(run), namespace });
  const toRemove: KubernetesObject[] = [...live];
  try {
    const args = argumentsFor(context, fault, namespace);
    const copy = await copyOfExporter(context, { name: fault.name, container: { args } });
    toRemove.push(copy);
    return await observe(context, fault, copy, live);
  } finally {
    await Promise.all(toRemove.map((object) => scratch.remove(object)));
  }
}

/** The flags that select what an exporter reads. */
const selection = /^--(resources|namespaces|namespaces-denylist|metric-labels-allowlist)(=|$)/;

/** The exporter's own arguments, except for what it reads. */
function argumentsFor(
  { target }: RequirementContext,
  { resource, arguments: further = [] }: EndingFault,
  namespace: string,
): readonly string[] {
  const { args = [] } = { ...target.container, ...wholeArguments(target) };
  const isSelection = (argument = '') => selection.test(argument);
  // `--resources pods` is two arguments, `--resources=pods` is one.
  const isValue = (index: number) => isSelection(args[index - 1]) && !args[index - 1]?.includes('=');
  const own = args.filter((argument, index) => !isSelection(argument) && !isValue(index));
  return [...own, `--resources=${resource}`, `--namespaces=${namespace}`, ...further];
}

/** Waits until the copy exposes every object or crashes. */
async function observe(context: RequirementContext, fault: EndingFault, copy: Pod, live: readonly LiveObject[]): Promise<string> {
  const { client, target } = context;
  const { pod, body } = await waitFor({
    what: `a copy of the exporter that reads only ${fault.resource} to expose ${live.map(({ metadata }) => metadata.name).join(' and ')}`,
    within: exposureBudget,
    observe: async () => {
      const pod = await client.get<Pod>(referenceOf(copy));
      const answer =
        pod.status?.podIP === undefined
          ? { status: 0, body: '' }
          : await getFromPod(client, copy, target.ports.metrics.number, '/metrics', { Accept: accept.text });
      return { pod, body: answer.status === 200 ? answer.body : '' };
    },
    until: ({ pod, body }) => hasCrashed(pod) || live.every((object) => body.includes(`"${object.metadata.name}"`)),
    describe: ({ pod, body }) =>
      `not exposed: ${body === '' ? 'no response' : `${body.length} characters without them`}; ${describePod(pod)}`,
  });
  if (hasCrashed(pod))
    throw new RequirementFailure(`${fault.subject} to be exposed`, `crashed: ${await lastWords(context, pod)}`);
  const { exposition, violations } = await readExposition(body, { format: 'text' });
  const samples = [...exposition.families.values()].flatMap((family) => family.samples);
  const wrong = samples.filter((sample) => fault.isRight?.(sample) === false);
  const lines = body.split('\n');
  const lineOf = ({ line }: Pick<Sample, 'line'>) => (lines[line - 1] ?? '').slice(0, shown);
  const findings = [...violations.map((violation) => `${lineOf(violation)}: ${violation.message}`), ...wrong.map(lineOf)];
  if (findings.length > 0) throw new RequirementFailure('valid and right samples of the objects, or none', findings.join('\n'));
  return `${samples.length} samples of ${live.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(' and ')}`;
}

function hasCrashed(pod: Pod): boolean {
  const states = pod.status?.containerStatuses ?? [];
  return restarts(pod) > 0 || states.some(({ state }) => state?.terminated !== undefined);
}

/** The reason that the process printed, or else the pod's state. */
async function lastWords({ cluster, target }: RequirementContext, pod: Pod): Promise<string> {
  const log = await cluster.log(pod, target.container.name, restarts(pod) > 0 ? { previous: true } : {});
  const reason = log.split('\n').findLast((line) => line.startsWith('panic: '));
  return `${reason ?? 'without a panic in its log'}; ${describePod(pod)}`;
}

/** Replaces crashed pods, as a new one starts without the back-off of its containers, and waits until the exporter answers. */
async function untilRecovered(context: RequirementContext, before: readonly Instance[]): Promise<void> {
  for (const { exporter, pod } of before) {
    const current = (await exporter.pods()).find((candidate) => exporter.hasShareOf(pod, candidate));
    if (current && (current.metadata.uid !== pod.metadata.uid || restarts(current) > restarts(pod) || hasCrashed(current)))
      await context.client.remove(current);
    await scrapeRunning({ ...context, exporter }, exporter.target.ports.metrics, pod);
  }
}
