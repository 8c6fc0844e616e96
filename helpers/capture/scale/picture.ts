import type { Measurement } from './measurement.ts';

const columns = [
  'pods',
  'objects',
  'samples',
  'explained',
  'unsettled',
  'differences',
  'scrape',
  'list objects',
  'read scrape',
  'read and account',
  'resident',
];

/** The measurements as a Markdown table. */
export function scaleTable(measurements: readonly Measurement[]): string {
  const lines = [columns, columns.map(() => '--:'), ...measurements.map(cellsOf)];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

function cellsOf(measurement: Measurement): readonly (string | number)[] {
  const { pods, objects, samples, explained, unsettled, differences, bytes, residentBytes, ...times } = measurement;
  const durations = [times.readingObjectsMs, times.readingExpositionMs, times.accountingMs].map(seconds);
  const sizes = [pods, objects, samples, explained, unsettled, differences, `${megabytes(bytes)} MB`];
  return [...sizes, ...durations, `${megabytes(residentBytes)} MB`];
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

/** A diagram of a quantity against the number of samples. */
interface Diagram {
  readonly title: string;
  readonly unit: string;
  readonly quantityOf: (measurement: Measurement) => number;
}

const diagrams: readonly Diagram[] = [
  { title: 'CPU time of reading and accounting', unit: 's', quantityOf: ({ accountingMs }) => accountingMs / 1000 },
  { title: 'Resident memory', unit: 'MB', quantityOf: ({ residentBytes }) => megabytes(residentBytes) },
];

/** The size of a diagram's plot, and its margins, in pixels. */
const plot = { width: 340, height: 200, left: 60, top: 40, bottom: 50, right: 30 };
const diagramWidth = plot.left + plot.width + plot.right;
const height = plot.top + plot.height + plot.bottom;

/**
 * Draws time and memory against the number of samples, as an SVG image. The axes begin at 0, so that linear growth is a line.
 * @param measurements at least one
 */
export function scalePicture(measurements: readonly Measurement[]): string {
  const drawn = diagrams.map(
    (diagram, index) => `<g transform="translate(${index * diagramWidth} 0)">\n${drawDiagram(diagram, measurements)}</g>\n`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${diagramWidth * diagrams.length}" height="${height}" font-family="sans-serif" font-size="11">
<title>CPU time and memory of accounting, against the number of samples</title>
<rect width="100%" height="100%" fill="white"/>
${drawn.join('')}</svg>
`;
}

function drawDiagram({ title, unit, quantityOf }: Diagram, measurements: readonly Measurement[]): string {
  const points = measurements.map((measurement) => ({ samples: measurement.samples, value: quantityOf(measurement) }));
  const [right, top] = [ceiling(points.map(({ samples }) => samples)), ceiling(points.map(({ value }) => value))];
  const x = (samples: number) => round(plot.left + (samples / right) * plot.width);
  const y = (value: number) => round(plot.top + plot.height - (value / top) * plot.height);
  const bottom = plot.top + plot.height;
  return [
    `<text x="${plot.left}" y="20" font-size="13">${title}</text>`,
    ...[0, 0.25, 0.5, 0.75, 1].flatMap((part) => [
      `<line x1="${plot.left}" x2="${plot.left + plot.width}" y1="${y(part * top)}" y2="${y(part * top)}" stroke="#ddd"/>`,
      `<text x="${plot.left - 6}" y="${y(part * top) + 4}" text-anchor="end">${round(part * top)} ${unit}</text>`,
      `<text x="${x(part * right)}" y="${bottom + 16}" text-anchor="middle">${label(part * right)}</text>`,
    ]),
    `<text x="${plot.left + plot.width / 2}" y="${bottom + 36}" text-anchor="middle">samples</text>`,
    `<polyline points="${points.map(({ samples, value }) => `${x(samples)},${y(value)}`).join(' ')}" fill="none" stroke="#1f6feb" stroke-width="2"/>`,
    ...points.map(
      ({ samples, value }, index) =>
        `<circle cx="${x(samples)}" cy="${y(value)}" r="4" fill="#1f6feb"><title>${measurements[index]?.pods} pods: ${round(value)} ${unit}</title></circle>`,
    ),
    '',
  ].join('\n');
}

/** The next larger round number: the end of an axis. */
function ceiling(numbers: readonly number[]): number {
  const most = Math.max(...numbers, Number.MIN_VALUE);
  const power = 10 ** Math.floor(Math.log10(most));
  return power * ([1, 1.5, 2, 3, 4, 5, 6, 8, 10].find((factor) => factor * power >= most) ?? 10);
}

/** `1.5 M`, `500 k` */
function label(count: number): string {
  if (count >= 1e6) return `${round(count / 1e6)} M`;
  return count >= 1000 ? `${round(count / 1000)} k` : String(round(count));
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}
