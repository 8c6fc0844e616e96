import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Scraped } from '../accounting/account.ts';
import { accept, getFromPod, type ReceivedAnswer } from '../exporter/exporter.ts';
import type { Format } from '../exposition/model.ts';
import { type ReadExposition, readExposition } from '../exposition/read.ts';
import { RequirementFailure } from '../failure.ts';
import type { KubeClient } from '../kube/client.ts';
import { isReady, type Pod } from '../kube/pod.ts';
import { seconds } from '../wait.ts';
import type { RequirementContext } from './context.ts';
import { copyOfExporter } from './exporter-copy.ts';

/** A scrape: the answer as received, and the result of the strict reader. */
export interface Scrape extends ReadExposition {
  readonly answer: ReceivedAnswer;
}

/**
 * Scrapes a pod's metrics, and reads the answer in the format of its content type.
 * @param format the requested format
 * @throws RequirementFailure when the status is not 200
 */
export async function scrape(client: KubeClient, pod: Pod, port: number, format: Format = 'text'): Promise<Scrape> {
  const answer = await answerOf(client, pod, port, format);
  return { answer, ...(await readExposition(answer.bytes, { format: receivedFormat(answer) })) };
}

/** The same without reading the answer, for a comparison that reads it piece by piece. */
export async function scrapeUnread(client: KubeClient, pod: Pod, port: number): Promise<Scraped & { readonly source: Buffer }> {
  const answer = await answerOf(client, pod, port, 'text');
  return { source: answer.bytes, format: receivedFormat(answer) };
}

/** The size in bytes of what is packed at once, and of the smallest body that is packed. */
const PACKED = 2 ** 22;

/**
 * The same scrape with its body packed, which takes a tenth of the memory: for a scrape that is kept for a while, until the objects have
 * been listed again.
 */
export function packScrape({ source, format }: Scraped & { readonly source: Buffer }): Scraped {
  if (source.length < PACKED) return { source, format };
  const packed: Buffer[] = [];
  for (let at = 0; at < source.length; at += PACKED) {
    packed.push(deflateRawSync(source.subarray(at, at + PACKED), { level: 1 }));
  }
  return { source: { [Symbol.asyncIterator]: () => unpacked(packed) }, format };
}

/** Unpacks one part after another. */
async function* unpacked(packed: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  for (const part of packed) yield inflateRawSync(part);
}

async function answerOf(client: KubeClient, pod: Pod, port: number, format: Format): Promise<ReceivedAnswer> {
  const answer = await getFromPod(client, pod, port, '/metrics', { Accept: accept[format] });
  if (answer.status === 200) return answer;
  throw new RequirementFailure('an exposition from /metrics', `status ${answer.status}: ${answer.body.slice(0, 200)}`);
}

function receivedFormat({ contentType }: ReceivedAnswer): Format {
  return contentType.startsWith('application/openmetrics-text') ? 'openmetrics' : 'text';
}

/** Scrapes the exporter. */
export async function scrapeExporter({ client, exporter, target }: RequirementContext): Promise<Scrape> {
  return scrape(client, await exporter.pod(), target.ports.metrics.number);
}

/**
 * Scrapes a fresh copy of the exporter: some releases cache the headers of their first answer, so that one process cannot answer in two
 * formats.
 */
export async function scrapeFreshCopy(context: RequirementContext, format: Format): Promise<Scrape> {
  const { client, scratch, target } = context;
  const copy = await copyOfExporter(context, { name: format });
  try {
    const ready = await scratch.podUntil(copy, `the copy ${copy.metadata.name} Ready`, isReady, seconds(60));
    return await scrape(client, ready, target.ports.metrics.number, format);
  } finally {
    await scratch.remove(copy);
  }
}
