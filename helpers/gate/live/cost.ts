import { accept, getFromPod } from '../../exporter/exporter.ts';
import type { Exposition } from '../../exposition/model.ts';
import { readExposition } from '../../exposition/read.ts';
import type { KubeClient } from '../../kube/client.ts';
import type { Measure } from '../cost.ts';
import type { RunningSide, Sides } from './readings.ts';

/** Odd, so that the median is one of them. */
const SCRAPES = 7;

interface Cost {
  readonly scrapeMs: number;
  readonly bytes: number;
  readonly series: number;
  readonly memory: number;
  /** Since the process began. */
  readonly cpu: number;
}

/** What both cost at one time, scraped in turns so that neither has the quieter machine. */
export async function measureCost(client: KubeClient, sides: Sides<RunningSide>, when: string): Promise<readonly Measure[]> {
  const times = { old: [] as number[], new: [] as number[] };
  const bodies = { old: '', new: '' };
  for (let turn = 0; turn < SCRAPES; turn += 1) {
    for (const side of ['old', 'new'] as const) {
      const begun = performance.now();
      bodies[side] = await scrapeBody(client, sides[side]);
      times[side].push(performance.now() - begun);
    }
  }
  const [old, now] = await Promise.all(
    (['old', 'new'] as const).map((side) => costOf(client, sides[side], bodies[side], median(times[side]))),
  );
  if (!old || !now) throw new Error('Two sides were measured, and one is missing.');
  const measure = (name: Measure['name'], unit: Measure['unit'], of: (cost: Cost) => number): Measure => ({
    name,
    when,
    unit,
    old: of(old),
    new: of(now),
  });
  return [
    measure('scrape', 'ms', ({ scrapeMs }) => scrapeMs),
    measure('body', 'bytes', ({ bytes }) => bytes),
    measure('series', 'series', ({ series }) => series),
    measure('memory', 'bytes', ({ memory }) => memory),
    measure('cpu', 's', ({ cpu }) => cpu),
  ];
}

async function scrapeBody(client: KubeClient, { pod, target }: RunningSide): Promise<string> {
  return (await getFromPod(client, pod, target.ports.metrics.number, '/metrics', { Accept: accept.text })).body;
}

async function costOf(client: KubeClient, { pod, target }: RunningSide, body: string, scrapeMs: number): Promise<Cost> {
  const { exposition } = await readExposition(body, { format: 'text' });
  const answer = await getFromPod(client, pod, target.ports.telemetry.number, '/metrics', { Accept: accept.text });
  const telemetry = (await readExposition(answer.body, { format: 'text' })).exposition;
  return {
    scrapeMs,
    bytes: Buffer.byteLength(body),
    series: exposition.samples,
    memory: telemetryValue(telemetry, 'process_resident_memory_bytes'),
    cpu: telemetryValue(telemetry, 'process_cpu_seconds_total'),
  };
}

function telemetryValue({ families }: Exposition, name: string): number {
  const value = families.get(name)?.samples[0]?.value;
  if (value === undefined) throw new Error(`The exporter's telemetry has no ${name}.`);
  return value;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
