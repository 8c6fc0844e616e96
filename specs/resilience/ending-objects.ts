import { endingFaults } from '../../fixtures/faults/crashes.ts';
import type { EndingFault } from '../../fixtures/fixture.ts';
import type { LiveObject } from '../../fixtures/live.ts';
import { firstWith, parseExporterArguments } from '../../helpers/catalogue/arguments.ts';
import { withoutExposingFlags } from '../../helpers/catalogue/flags.ts';
import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import type { Instance } from '../../helpers/exporter/installed.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import type { Target } from '../../helpers/exporter/target.ts';
import type { Sample } from '../../helpers/exposition/model.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { RequirementFailure } from '../../helpers/failure.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';
import { describePod, type Pod, restarts } from '../../helpers/kube/pod.ts';
import { referenceOf } from '../../helpers/kube/reference.ts';
import { memoizePerContext, type RequirementContext } from '../../helpers/suite/context.ts';
import { CustomResourcesOfFault } from '../../helpers/suite/custom-resources.ts';
import { copyOfExporter } from '../../helpers/suite/exporter-copy.ts';
import { createFault, fixtureContext } from '../../helpers/suite/fixtures.ts';
import { instancesOf } from '../../helpers/suite/scrape.ts';
import { makeNamespace } from '../../helpers/suite/scratch.ts';
import { atLeast } from '../../helpers/version.ts';
import { seconds, waitFor } from '../../helpers/wait.ts';
import { scrapeRunning } from './settled-series.ts';

/** How long a copy may take to start and to expose the objects, in milliseconds. */
const exposureBudget = seconds(20);

/** A line of an exposition that is quoted in a failure has this many characters at most. */
const shown = 1000;

/** What a copy of the exporter did with the objects of a fault. */
type Trial = { readonly observed: string } | { readonly error: Error };

/**
 * Verifies that a copy of the exporter which reads the objects of a fault keeps running and exposes them rightly.
 * @throws RequirementFailure with `crashed: …`, `not exposed: …` or the wrong lines; NotApplicable where the API server refuses the objects
 */
export async function survives(context: RequirementContext, fault: EndingFault): Promise<void> {
  const { name } = fault;
  const trial = (await (isOnlyOfCopies(fault) ? trialsOfCopies : trials)(context)).get(name);
  if (trial === undefined) throw new Error(`There is no trial of ${name}.`);
  if ('error' in trial) throw trial.error;
  context.observed(trial.observed);
}

/** Whether a fault is one of its copies alone, by their arguments: its only objects are ConfigMaps, and no exporter fails for one. */
function isOnlyOfCopies({ resource }: EndingFault): boolean {
  return resource === 'configmaps';
}

/**
 * Whether the exporter itself does not notice a fault. One that exposes custom resources begins anew with every definition that is created or
 * removed.
 */
export function isUnnoticed(fault: EndingFault, workloads: readonly Pick<Target, 'arguments'>[]): boolean {
  return isOnlyOfCopies(fault) && workloads.every((target) => !parseExporterArguments(target.arguments).customResources?.length);
}

/** The trials of the faults that only the copies have. */
const trialsOfCopies = memoizePerContext((context: RequirementContext) => tryAll(context, endingFaults.filter(isOnlyOfCopies)));

/** The trials of the faults with objects that the exporter itself reads. */
const trials = memoizePerContext((context: RequirementContext) =>
  tryAll(
    context,
    endingFaults.filter((fault) => !isOnlyOfCopies(fault)),
  ),
);

/**
 * Tries faults at once, each in a namespace of its own with a copy of the exporter that reads nothing else, so that a crash has one
 * explanation. Where the exporter itself notices them, it must answer when the objects are gone, and is replaced if it crashed as well.
 */
async function tryAll(context: RequirementContext, faults: readonly EndingFault[]): Promise<ReadonlyMap<string, Trial>> {
  const isNoticed = faults.some((fault) => !isUnnoticed(fault, [context.target]));
  const before = isNoticed ? await instancesOf(context) : [];
  try {
    const tried = faults.filter(
      ({ customResourceState }) => !customResourceState || atLeast(context.target.version, firstWith.customResources),
    );
    return new Map(await Promise.all(tried.map(async (fault) => [fault.name, await attempt(context, fault)] as const)));
  } finally {
    await untilRecovered(context, before);
  }
}

async function attempt(context: RequirementContext, fault: EndingFault): Promise<Trial> {
  try {
    return { observed: await tryFault(context, fault) };
  } catch (error) {
    return { error: error as Error };
  }
}

async function tryFault(context: RequirementContext, fault: EndingFault): Promise<string> {
  const { client, objects, run, scratch, target } = context;
  // An exporter that lists a version which is not served exposes nothing of it, however long one waits.
  if (!servedReads(target, client.mapper).some(({ resource }) => resource === fault.resource))
    throw new RequirementFailure(
      `${fault.subject} to be exposed`,
      `not exposed: the exporter lists ${fault.resource} in a version that the cluster does not serve`,
    );
  const namespace = `conformance-${run.id}-${fault.name}`;
  await makeNamespace(client, objects, namespace);
  const live = await createFault({ client, objects, kubernetes: run.kubernetes }, fault, { ...fixtureContext(run), namespace });
  const toRemove: KubernetesObject[] = [...live];
  const custom = fault.customResourceState ? new CustomResourcesOfFault(context, fault, namespace) : undefined;
  try {
    const account = await custom?.createAccount((object) => toRemove.push(object));
    const customObjects = (await custom?.define()) ?? [];
    const copies = await Promise.all(
      (fault.copies ?? [custom?.arguments ?? []]).map(async (further, index) => {
        const selection = [`--resources=${fault.resource}`, `--namespaces=${namespace}`, ...further];
        const args = [...withoutExposingFlags(context.target.arguments), ...selection];
        const spec = account === undefined ? {} : { serviceAccountName: account };
        const copy = await copyOfExporter(context, { name: `${fault.name}-${index}`, arguments: args, spec });
        toRemove.push(copy);
        return copy;
      }),
    );
    const observed = await observe(context, fault, copies, [...live, ...customObjects]);
    if (!custom || !fault.definedAgain) return observed;
    await custom.remove();
    await observeAbsence(context, fault, copies, customObjects);
    return await observe(context, fault, copies, [...live, ...(await custom.define())]);
  } finally {
    await custom?.remove();
    await Promise.all(toRemove.map((object) => scratch.remove(object)));
  }
}

/** A copy, and what it exposes; '' as long as it does not answer. */
interface ObservedCopy {
  readonly pod: Pod;
  readonly body: string;
}

/** Waits until the copies expose every object or one crashes. */
async function observe(
  context: RequirementContext,
  fault: EndingFault,
  copies: readonly Pod[],
  live: readonly LiveObject[],
): Promise<string> {
  const unexposed = (observed: readonly ObservedCopy[]) =>
    live.map(({ metadata }) => metadata.name).filter((name) => !observed.some(({ body }) => body.includes(`"${name}"`)));
  const observed = await waitFor({
    what: `${copies.length === 1 ? 'a copy' : `${copies.length} copies`} of the exporter, reading only ${fault.resource}, to expose the objects`,
    within: exposureBudget,
    observe: () => Promise.all(copies.map((copy) => observeCopy(context, copy))),
    until: (latest) => latest.some(({ pod }) => hasCrashed(pod)) || unexposed(latest).length === 0,
    describe: (latest) =>
      `not exposed: ${unexposed(latest).join(', ')}; ${latest.map(({ pod, body }) => `${describePod(pod)}, ${body.length} characters`).join('; ')}`,
  });
  const crashed = observed.find(({ pod }) => hasCrashed(pod));
  if (crashed)
    throw new RequirementFailure(`${fault.subject} to be exposed`, `crashed: ${await lastWords(context, crashed.pod)}`);
  const read = await Promise.all(observed.map(({ body }) => findingsIn(fault, body)));
  const findings = read.flatMap((copy) => copy.findings);
  if (findings.length > 0) throw new RequirementFailure('valid and right samples of the objects, or none', findings.join('\n'));
  const samples = read.reduce((sum, copy) => sum + copy.samples, 0);
  return `${samples} samples of ${live.map(({ kind, metadata }) => `${kind} ${metadata.name}`).join(' and ')}`;
}

/** Waits until the copies expose none of the objects. */
async function observeAbsence(
  context: RequirementContext,
  { subject }: EndingFault,
  copies: readonly Pod[],
  gone: readonly KubernetesObject[],
): Promise<void> {
  const names = gone.map(({ metadata }) => metadata.name);
  await waitFor({
    what: `${subject.toLowerCase()} no longer exposed`,
    within: exposureBudget,
    observe: () => Promise.all(copies.map((copy) => observeCopy(context, copy))),
    until: (latest) => latest.every(({ body }) => body !== '' && names.every((name) => !body.includes(`"${name}"`))),
    describe: (latest) =>
      `still exposed, or no response: ${latest.map(({ pod, body }) => `${describePod(pod)}, ${body.length} characters`).join('; ')}`,
  });
}

async function observeCopy({ client, target }: RequirementContext, copy: Pod): Promise<ObservedCopy> {
  const pod = await client.get<Pod>(referenceOf(copy));
  if (pod.status?.podIP === undefined) return { pod, body: '' };
  const { status, body } = await getFromPod(client, copy, target.ports.metrics.number, '/metrics', { Accept: accept.text });
  return { pod, body: status === 200 ? body : '' };
}

/** The lines of an exposition that violate the format or are wrong, and the number of its samples. */
async function findingsIn(
  { isRight }: EndingFault,
  body: string,
): Promise<{ readonly findings: readonly string[]; readonly samples: number }> {
  const { exposition, violations } = await readExposition(body, { format: 'text' });
  const wrong = [...exposition.families.values()].flatMap(({ samples }) =>
    samples.filter((sample) => isRight?.(sample) === false),
  );
  const lines = body.split('\n');
  const lineOf = ({ line }: Pick<Sample, 'line'>) => (lines[line - 1] ?? '').slice(0, shown);
  const findings = [...violations.map((violation) => `${lineOf(violation)}: ${violation.message}`), ...wrong.map(lineOf)];
  return { findings, samples: exposition.samples };
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
