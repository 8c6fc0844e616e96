import type { RequirementContext } from '../requirement/context.ts';

/** What the exporter has said of being forbidden something, and how much it has said at all. */
export async function forbiddenInLog({
  cluster,
  exporter,
}: Pick<RequirementContext, 'cluster' | 'exporter'>): Promise<{ readonly findings: readonly string[]; readonly lines: number }> {
  const log = await cluster.log(await exporter.pod(), exporter.target.container.name);
  const lines = log.split('\n').filter((line) => line !== '');
  return { findings: lines.filter((line) => /forbidden/i.test(line)), lines: lines.length };
}
