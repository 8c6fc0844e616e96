/** Reads the wall clock of a time zone: an instant in seconds since 1970 becomes a date whose UTC fields are what the clock shows. */
export type WallClock = (seconds: number) => Date;

const utc: WallClock = (seconds) => new Date(seconds * 1000);

/** The clock of an IANA time zone, of UTC without one; undefined when there is no such zone. */
export function wallClock(timeZone: string | undefined): WallClock | undefined {
  if (timeZone === undefined || timeZone === 'UTC') return utc;
  const format = formatter(timeZone);
  return format && ((seconds) => shown(format, seconds));
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

function shown(format: Intl.DateTimeFormat, seconds: number): Date {
  const parts = format.formatToParts(new Date(seconds * 1000));
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value);
  return new Date(Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second')));
}
