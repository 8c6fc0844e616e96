import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { countedReads } from '../../helpers/exporter/reads.ts';
import { goTypeOf, readsTried } from '../../helpers/exporter/telemetry.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

type Context = Pick<RequirementContext, 'client' | 'cluster' | 'exporter' | 'target'>;

/**
 * Reads the exporter's log after the exporter has tried to list every resource, or is Ready, whichever comes first.
 * @returns the lines with "forbidden", and the number of all lines
 */
export async function forbiddenInLog(
  context: Context,
): Promise<{ readonly findings: readonly string[]; readonly lines: number }> {
  const { cluster, exporter } = context;
  const pod = await exporter.podThat('that has tried to list everything', (running) => hasTriedEveryList(context, running));
  const log = await cluster.log(pod, exporter.target.container.name);
  const lines = log.split('\n').filter((line) => line !== '');
  return { findings: lines.filter((line) => /forbidden/i.test(line)), lines: lines.length };
}

async function hasTriedEveryList({ client, target }: Context, pod: Pod): Promise<boolean> {
  const { status, body } = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
  if (status !== 200) return false;
  const tried = readsTried((await readExposition(body, { format: 'text' })).exposition);
  return countedReads(target, client.mapper).every((resource) => tried.has(goTypeOf(resource)));
}
