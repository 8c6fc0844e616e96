import { parseDuration } from './duration.ts';
import { type CronLibrary, type Field, type Fields, parseFields } from './fields.ts';
import { type WallClock, wallClock } from './wall-clock.ts';

/** When a schedule is next due after an instant, both in seconds since 1970. */
export type Schedule = (after: number) => number;

/** Go's zero time, which the exporter tells of a schedule that is never due. */
const NEVER = Date.parse('0001-01-01T00:00:00Z') / 1000;
const YEARS_AHEAD = 5;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const DESCRIPTORS = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Reads a CronJob's schedule, of the time zone given or else of the one that it begins with (`TZ=` or `CRON_TZ=`), or of UTC,
 * which is the exporter's own. Undefined when the library refuses it.
 */
export function parseSchedule(text: string, timeZone: string | undefined, library: CronLibrary): Schedule | undefined {
  const [, ownZone, withoutZone] = /^(?:CRON_)?TZ=(\S*) (.*)$/.exec(text) ?? [];
  const clock = wallClock(timeZone ?? ownZone);
  const expression = (timeZone === undefined && withoutZone !== undefined ? withoutZone : text).trim();
  if (clock === undefined) return undefined;
  if (expression.startsWith('@every ')) return every(expression.slice('@every '.length), library);
  const fields = parseFields(DESCRIPTORS.get(expression) ?? expression, library);
  return fields && ((after) => nextMatch(fields, clock, library, after));
}

/** A delay in whole seconds; one below a second counts as a second with robfig and is refused by netresearch. */
function every(text: string, library: CronLibrary): Schedule | undefined {
  const seconds = parseDuration(text);
  if (seconds === undefined || (library === 'netresearch' && seconds < 1)) return undefined;
  const delay = Math.max(1, Math.floor(seconds));
  return (after) => after + delay;
}

/** Walks from the next full minute on, skipping the days and hours that cannot match. */
function nextMatch(fields: Fields, clock: WallClock, library: CronLibrary, after: number): number {
  if (Object.values(fields).some((field: Field) => field.values.size === 0)) return NEVER;
  let at = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  let madeUpFor: number | undefined;
  const lastYear = clock(at).getUTCFullYear() + YEARS_AHEAD;
  for (;;) {
    const shown = clock(at);
    if (shown.getUTCFullYear() > lastYear) return NEVER;
    const hour = shown.getUTCHours();
    if (!dateMatches(fields, shown, library)) {
      at = nextMidnight(at, clock);
    } else if (!fields.hour.values.has(hour) && hour !== madeUpFor) {
      at += HOUR - shown.getUTCMinutes() * MINUTE;
      madeUpFor = library === 'netresearch' ? hourAfterSkipped(fields, hour, clock(at).getUTCHours()) : undefined;
    } else if (!fields.minute.values.has(shown.getUTCMinutes())) {
      at += MINUTE;
    } else {
      return at;
    }
  }
}

/** netresearch makes up in the hour after it for an hour that the clocks skip in spring; robfig passes over it. */
function hourAfterSkipped(fields: Fields, before: number, now: number): number | undefined {
  return now - before === 2 && fields.hour.values.has(before + 1) ? now : undefined;
}

/**
 * When day of month and day of week are both restricted, robfig (as crontab(5)) takes a day that matches either, and
 * netresearch one that matches both: from 2.19 on the exporter expects such a CronJob later than Kubernetes runs it.
 */
function dateMatches({ month, dayOfMonth, dayOfWeek }: Fields, shown: Date, library: CronLibrary): boolean {
  if (!month.values.has(shown.getUTCMonth() + 1)) return false;
  const byMonth = dayOfMonth.values.has(shown.getUTCDate());
  const byWeek = dayOfWeek.values.has(shown.getUTCDay());
  const either = library === 'robfig' && !dayOfMonth.star && !dayOfWeek.star;
  return either ? byMonth || byWeek : byMonth && byWeek;
}

/**
 * The next instant at which the clock shows a new day: midnight, or what follows where the clocks skip it. There Go's calendar
 * passes over the whole day in zones ahead of UTC (Cairo, Beirut), and does not in those behind (Santiago, Havana).
 * Not followed: a day on which the clocks change by half an hour (Lord Howe).
 */
function nextMidnight(at: number, clock: WallClock): number {
  const shown = clock(at);
  const next = at + DAY - shown.getUTCHours() * HOUR - shown.getUTCMinutes() * MINUTE;
  const hour = clock(next).getUTCHours();
  if (hour > 12) return next + (24 - hour) * HOUR;
  const earlier = next - hour * HOUR;
  if (clock(earlier).getUTCHours() === 0) return earlier;
  const isAhead = clock(next).getTime() > next * 1000;
  return isAhead ? nextMidnight(next, clock) : next;
}
