/** The releases whose tables were held against what the exporter itself exposes; the others follow its sources alone. */
export const seenReleases: readonly string[] = [
  'v2.5.0',
  'v2.6.0',
  'v2.7.0',
  'v2.8.2',
  'v2.9.2',
  'v2.10.0',
  'v2.14.0',
  'v2.17.0',
  'v2.18.0',
  'v2.19.1',
  'v2.20.0',
];

/** The oldest release that the tables describe. */
export const oldestRelease = 'v2.5.0';
