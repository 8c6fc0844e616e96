import { accept, getFromPod } from '../../helpers/exporter/exporter.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import type { Pod } from '../../helpers/kube/pod.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';

/**
 * Scrapes a pod several times at once.
 * @returns what is wrong, a line for each scrape that is not as whole as one of its own: the families that a scrape before and a
 *   scrape after have must be in each
 */
export async function incompleteScrapes(context: RequirementContext, pod: Pod, count: number): Promise<readonly string[]> {
  const before = await families(context, pod);
  const together = await Promise.all(Array.from({ length: count }, () => families(context, pod)));
  const after = await families(context, pod);
  const lasting = [...before.names].filter((name) => after.names.has(name));
  if (lasting.length === 0) return [`no families to look for: before ${before.answer}, after ${after.answer}`];
  return together.flatMap(({ answer, names }, index) => {
    const missing = lasting.filter((name) => !names.has(name));
    return missing.length === 0
      ? []
      : [`scrape ${index + 1}: ${answer} without ${missing.length} families: ${missing.slice(0, 5).join(', ')}`];
  });
}

async function families(
  { client, target }: RequirementContext,
  pod: Pod,
): Promise<{ answer: string; names: ReadonlySet<string> }> {
  const { status, body } = await getFromPod(client, pod, target.ports.metrics.number, '/metrics', { Accept: accept.text });
  const { exposition } = await readExposition(body, { format: 'text' });
  const answer = `${status} with ${body.length} characters`;
  return { answer, names: new Set(status === 200 && body.endsWith('\n') ? exposition.families.keys() : []) };
}
