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

/** A duration as Go writes it (`1h30m`, `1.5h`, `-90s`), in seconds; undefined when it is not one. Source: Go's time.ParseDuration. */
export function parseDuration(text: string): number | undefined {
  const [, sign, rest = ''] = /^([+-]?)(.+)$/.exec(text) ?? [];
  if (rest === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let seconds = 0;
  for (const [, amount, unit] of rest.matchAll(/([\d.]+)([a-zµμ]+)/g)) seconds += Number(amount) * (UNITS.get(unit ?? '') ?? 0);
  return sign === '-' ? -seconds : seconds;
}
