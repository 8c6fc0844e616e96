import { parse } from 'yaml';
import { UsageError } from '../errors.ts';
import type { GateDifference } from './difference.ts';

/** Somebody's decision that a difference does not count, with its reason and its end. */
export interface Waiver {
  /** The id of a difference; `*` in it stands for any characters: `surface/family-gone/kube_endpoint_*`. */
  readonly difference: string;
  readonly reason: string;
  /** The last day on which it counts: `2030-01-31`, UTC. */
  readonly until: string;
}

export interface Waived {
  readonly differences: readonly GateDifference[];
  /** Waivers that waive nothing: no difference has that id. */
  readonly unused: readonly Waiver[];
  /** Waivers whose last day has passed; they count as none. */
  readonly expired: readonly Waiver[];
}

const form = 'wanted a list of {difference, reason, until: YYYY-MM-DD}';

/**
 * Reads a file of waivers: a list in YAML.
 * @param file how an error names it
 * @throws a UsageError that names the file, and the waiver that lacks something
 */
export function readWaivers(text: string, file: string): readonly Waiver[] {
  const parsed = parseYaml(text, file);
  if (parsed === null || parsed === undefined) return [];
  if (!Array.isArray(parsed)) throw new UsageError(`${file} is no list of waivers: ${form}.`);
  return parsed.map((entry: unknown, index) => waiverOf(entry, `${file}, waiver ${index + 1}`));
}

/** Waives what is to be waived on a day. Waivers of nothing and those that are over are told, as neither is what somebody thinks it is. */
export function applyWaivers(differences: readonly GateDifference[], waivers: readonly Waiver[], today: Date): Waived {
  const day = today.toISOString().slice(0, 10);
  const expired = waivers.filter(({ until }) => until < day);
  const valid = waivers.filter(({ until }) => until >= day);
  const used = new Set<Waiver>();
  const judged = differences.map((difference) => {
    if (difference.severity === 'nothing') return difference;
    const waiver = valid.find((one) => covers(one, difference.id));
    if (!waiver) return difference;
    used.add(waiver);
    return { ...difference, waived: { reason: waiver.reason, until: waiver.until } };
  });
  return { differences: judged, unused: valid.filter((waiver) => !used.has(waiver)), expired };
}

function covers({ difference }: Waiver, id: string): boolean {
  const pattern = difference.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  return new RegExp(`^${pattern.join('.*')}$`).test(id);
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new UsageError(`${file} is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
}

function waiverOf(entry: unknown, place: string): Waiver {
  const { difference, reason, until } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<string, unknown>;
  if (typeof difference !== 'string' || typeof reason !== 'string' || reason.trim() === '' || typeof until !== 'string') {
    throw new UsageError(`${place} lacks something: ${form}.`);
  }
  const known = Object.keys(entry as object).find((name) => !['difference', 'reason', 'until'].includes(name));
  if (known !== undefined) throw new UsageError(`${place} has "${known}", which no waiver has: ${form}.`);
  if (!isDay(until)) throw new UsageError(`${place} is to end on "${until}", which is no day: ${form}.`);
  return { difference, reason, until };
}

function isDay(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toString() !== 'Invalid Date' && roundTrips(text);
}

/** The 31st of February would be read as a day in March. */
function roundTrips(text: string): boolean {
  return new Date(`${text}T00:00:00Z`).toISOString().startsWith(text);
}
