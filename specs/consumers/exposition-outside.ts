import { freshnessBound } from '../../helpers/exporter/installed.ts';
import { readExposition } from '../../helpers/exposition/read.ts';
import { withPortForward } from '../../helpers/kube/port-forward.ts';
import type { RequirementContext } from '../../helpers/suite/context.ts';
import { waitFor } from '../../helpers/wait.ts';
import type { Outside, Way } from './outside.ts';

/** What a reader got: the families, or why there are none. */
type Reading = { readonly families: ReadonlySet<string> } | { readonly refusal: string };

/**
 * Waits until a reader gets the families that the exporter has, no more and no fewer. What it has is read past the API server's
 * HTTP proxy, by port-forward. The wait is for roles that come into force, and for families that come with objects.
 * @returns how many families there are
 */
export async function readsTheExposition(context: RequirementContext, reader: Outside, way: Way): Promise<number> {
  const { own } = await waitFor({
    what: `${reader.user} to get the exporter's families, and no others, from ${way.path}`,
    within: freshnessBound,
    every: 500,
    observe: async () => {
      const [got, own] = await Promise.all([read(reader, way), ownFamilies(context)]);
      return { got, own };
    },
    until: ({ got, own }) => 'families' in got && difference(got.families, own).length === 0,
    describe: ({ got, own }) => ('families' in got ? difference(got.families, own).join('; ') : got.refusal),
  });
  return own.size;
}

/** What a reader lacks of the families and what it has besides, a phrase each. */
export function difference(got: ReadonlySet<string>, own: ReadonlySet<string>): readonly string[] {
  const lacks = [...own].filter((name) => !got.has(name));
  const besides = [...got].filter((name) => !own.has(name));
  return [
    ...(lacks.length > 0 ? [`${lacks.length} missing: ${lacks.slice(0, 5).join(', ')}`] : []),
    ...(besides.length > 0 ? [`${besides.length} that the exporter does not have: ${besides.slice(0, 5).join(', ')}`] : []),
  ];
}

async function read({ client }: Outside, { path }: Way): Promise<Reading> {
  const response = await client.answer<string>('GET', path, { responseType: 'text' });
  const body = String(response.data);
  return response.status === 200
    ? { families: await familiesOf(body) }
    : { refusal: `${response.status}: ${body.slice(0, 300)}` };
}

async function ownFamilies({ client, exporter, target }: RequirementContext): Promise<ReadonlySet<string>> {
  const { name, namespace = 'default' } = (await exporter.pod()).metadata;
  const pod = { namespace, name, port: target.ports.metrics.number };
  return withPortForward(client.connection, pod, async (port) =>
    familiesOf(await (await fetch(`http://127.0.0.1:${port}/metrics`, { headers: { connection: 'close' } })).text()),
  );
}

async function familiesOf(body: string): Promise<ReadonlySet<string>> {
  const { exposition } = await readExposition(body, { format: 'text' });
  return new Set(exposition.families.keys());
}
