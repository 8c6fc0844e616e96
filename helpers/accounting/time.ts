const ZERO = Date.parse('0001-01-01T00:00:00Z');

/**
 * An RFC 3339 time as seconds since 1970, whole: the exporter leaves out fractions, those of a lease's times too.
 * Undefined when there is no time; Kubernetes' zero time counts as none.
 * @throws an Error that names the text when it is not a time.
 */
export function unixTime(text: string | null | undefined): number | undefined {
  if (text === undefined || text === null) return undefined;
  const milliseconds = Date.parse(text);
  if (Number.isNaN(milliseconds)) throw new Error(`"${text}" is not a time: wanted something like 2024-05-01T10:00:00Z.`);
  return milliseconds === ZERO ? undefined : Math.floor(milliseconds / 1000);
}

/** The same where the exporter does not look whether there is a time: without one, the first second of the year 1. */
export function unixTimeOrZero(text: string | null | undefined): number {
  return unixTime(text) ?? ZERO / 1000;
}
