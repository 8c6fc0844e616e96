import { type CronLibrary, type Field, type Fields, parseFields } from './fields.ts';

/** The next time of a schedule after an instant, both in seconds since 1970. */
export type Schedule = (after: number) => number;

/** The local time in a time zone: maps seconds since 1970 to a date whose UTC fields are the local time. */
type LocalClock = (seconds: number) => Date;

/** Go's zero time, which the exporter exposes for a schedule without a next time. */
const NEVER = Date.parse('0001-01-01T00:00:00Z') / 1000;
const YEARS_AHEAD = 5;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const UNITS = new Map([
  ['ns', 1e-9],
  ['us', 1e-6],
  ['µs', 1e-6],
  ['μs', 1e-6],
  ['ms', 1e-3],
  ['s', 1],
  ['m', 60],
  ['h', 3600],
]);

const NAMED_SCHEDULES = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/**
 * Parses a CronJob's schedule. Undefined if the library rejects it.
 * @param timeZone the CronJob's time zone; if undefined, that of a `TZ=` or `CRON_TZ=` prefix, or UTC, the exporter's own
 */
export function parseSchedule(text: string, timeZone: string | undefined, library: CronLibrary): Schedule | undefined {
  const [, ownZone, withoutZone] = /^(?:CRON_)?TZ=(\S*) (.*)$/.exec(text) ?? [];
  const clock = clockIn(timeZone ?? ownZone);
  const expression = (timeZone === undefined && withoutZone !== undefined ? withoutZone : text).trim();
  if (clock === undefined) return undefined;
  if (expression.startsWith('@every ')) return everySchedule(expression.slice('@every '.length), library);
  const fields = parseFields(NAMED_SCHEDULES.get(expression) ?? expression, library);
  return fields && ((after) => nextMatch(fields, clock, library, after));
}

/** A delay in whole seconds. Less than a second is a second for robfig; netresearch rejects it. */
function everySchedule(text: string, library: CronLibrary): Schedule | undefined {
  const seconds = parseDuration(text);
  if (seconds === undefined || (library === 'netresearch' && seconds < 1)) return undefined;
  const delay = Math.max(1, Math.floor(seconds));
  return (after) => after + delay;
}

/** Searches from the next full minute on, skipping the days and hours that do not match. */
function nextMatch(fields: Fields, clock: LocalClock, library: CronLibrary, after: number): number {
  if (Object.values(fields).some((field: Field) => field.values.size === 0)) return NEVER;
  let at = Math.floor(after / MINUTE) * MINUTE + MINUTE;
  let catchUpHour: number | undefined;
  const lastYear = clock(at).getUTCFullYear() + YEARS_AHEAD;
  for (;;) {
    const local = clock(at);
    if (local.getUTCFullYear() > lastYear) return NEVER;
    const hour = local.getUTCHours();
    if (!dateMatches(fields, local, library)) {
      at = nextMidnight(at, clock);
    } else if (!fields.hour.values.has(hour) && hour !== catchUpHour) {
      at += HOUR - local.getUTCMinutes() * MINUTE;
      catchUpHour = library === 'netresearch' ? hourAfterGap(fields, hour, clock(at).getUTCHours()) : undefined;
    } else if (!fields.minute.values.has(local.getUTCMinutes())) {
      at += MINUTE;
    } else {
      return at;
    }
  }
}

/** netresearch runs the schedule of an hour that daylight saving skips in the hour after it; robfig skips it. */
function hourAfterGap(fields: Fields, before: number, now: number): number | undefined {
  return now - before === 2 && fields.hour.values.has(before + 1) ? now : undefined;
}

/**
 * If day of month and day of week are both restricted, robfig (like crontab(5)) matches a day that matches either, and
 * netresearch a day that matches both: from 2.19 on the exporter's next time can be later than the one at which Kubernetes runs the job.
 */
function dateMatches({ month, dayOfMonth, dayOfWeek }: Fields, local: Date, library: CronLibrary): boolean {
  if (!month.values.has(local.getUTCMonth() + 1)) return false;
  const byMonth = dayOfMonth.values.has(local.getUTCDate());
  const byWeek = dayOfWeek.values.has(local.getUTCDay());
  const matchesEither = library === 'robfig' && !dayOfMonth.star && !dayOfWeek.star;
  return matchesEither ? byMonth || byWeek : byMonth && byWeek;
}

/**
 * The next local midnight, or the end of the gap if daylight saving skips midnight. There Go's calendar skips the whole day in
 * zones ahead of UTC (Cairo, Beirut), but not in zones behind UTC (Santiago, Havana).
 * Not supported: a change of half an hour (Lord Howe).
 */
function nextMidnight(at: number, clock: LocalClock): number {
  const local = clock(at);
  const next = at + DAY - local.getUTCHours() * HOUR - local.getUTCMinutes() * MINUTE;
  const hour = clock(next).getUTCHours();
  if (hour > 12) return next + (24 - hour) * HOUR;
  const earlier = next - hour * HOUR;
  if (clock(earlier).getUTCHours() === 0) return earlier;
  const isAhead = clock(next).getTime() > next * 1000;
  return isAhead ? nextMidnight(next, clock) : next;
}

/** A Go duration (`1h30m`, `1.5h`, `-90s`) in seconds; undefined if it is invalid. Source: Go's time.ParseDuration. */
function parseDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.+)$/.exec(text) ?? [];
  if (rest === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of rest.matchAll(/([\d.]+)([a-zµμ]+)/g)) seconds += Number(amount) * (UNITS.get(unit ?? '') ?? 0);
  return sign === '-' ? -seconds : seconds;
}

const utc: LocalClock = (seconds) => new Date(seconds * 1000);

/** The local time in an IANA time zone, by default UTC; undefined if there is no such zone. */
function clockIn(timeZone: string | undefined): LocalClock | undefined {
  if (timeZone === undefined || timeZone === 'UTC') return utc;
  const format = formatter(timeZone);
  return format && ((seconds) => localTime(format, seconds));
}

function formatter(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function localTime(format: Intl.DateTimeFormat, seconds: number): Date {
  const parts = format.formatToParts(new Date(seconds * 1000));
  const numberOf = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((field) => field.type === type)?.value);
  return new Date(
    Date.UTC(numberOf('year'), numberOf('month') - 1, numberOf('day'), numberOf('hour'), numberOf('minute'), numberOf('second')),
  );
}
