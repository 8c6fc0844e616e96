import { fstatSync, readSync } from 'node:fs';
import type { Format } from './model.ts';

/**
 * The format that a scrape's Content-Type announces. Undefined for anything but the text format 0.0.4 and OpenMetrics 1.0 or
 * its forerunner 0.0.1, such as protobuf or an HTML page.
 */
export function formatOf(contentType: string | undefined): Format | undefined {
  const [type = '', ...parameters] = (contentType ?? '').split(';').map((part) => part.trim().toLowerCase());
  const version = parameters
    .find((parameter) => parameter.startsWith('version='))
    ?.slice('version='.length)
    .replaceAll('"', '');
  if (type === 'text/plain' && (version === undefined || version === '0.0.4')) return 'text';
  if (type === 'application/openmetrics-text' && (version === undefined || version === '1.0.0' || version === '0.0.1')) {
    return 'openmetrics';
  }
  return undefined;
}

/**
 * The format that an open file seems to be in: OpenMetrics if the line `# EOF` is near its end. What was cut off there looks like
 * the text format, as the first lines of both are alike: whoever knows the Content-Type goes by that.
 */
export function formatByContent(file: number): Format {
  const { size } = fstatSync(file);
  const tail = Buffer.alloc(Math.min(size, 64 * 1024));
  const length = readSync(file, tail, 0, tail.length, size - tail.length);
  return /^# EOF$/m.test(tail.toString('latin1', 0, length)) ? 'openmetrics' : 'text';
}
