import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { servedReads } from '../../helpers/exporter/reads.ts';
import { goTypeOf, readsTried } from '../../helpers/exporter/telemetry.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

type Context = Pick<RequirementContext, 'client' | 'cluster' | 'exporter' | 'target'>;

/**
 * What the exporter has said of being forbidden something, once it has asked for everything, and how much it has said at all.
 * It counts what it asks for and what came of that; that it is Ready says nothing of that, but is waited for no longer either.
 */
export async function forbiddenInLog(
  context: Context,
): Promise<{ readonly findings: readonly string[]; readonly lines: number }> {
  const { cluster, exporter } = context;
  const pod = await exporter.podThat('that has asked for everything', (running) => hasAsked(context, running));
  const log = await cluster.log(pod, exporter.target.container.name);
  const lines = log.split('\n').filter((line) => line !== '');
  return { findings: lines.filter((line) => /forbidden/i.test(line)), lines: lines.length };
}

async function hasAsked({ client, target }: Context, pod: Pod): Promise<boolean> {
  const { status, body } = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
  if (status !== 200) return false;
  const tried = readsTried((await readExposition(body, { format: 'text' })).exposition);
  return servedReads(target, client.mapper).every((one) => tried.has(goTypeOf(one)));
}
