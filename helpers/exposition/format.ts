import { fstatSync, readSync } from 'node:fs';
import type { Format } from './model.ts';

/**
 * The format of a Content-Type: the text format 0.0.4, or OpenMetrics 1.0 or its predecessor 0.0.1. Undefined for anything else, such as
 * protobuf or an HTML page.
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
 * The likely format of an open file: OpenMetrics if it has the line `# EOF` in its last 64 KiB, otherwise the text format. A truncated
 * OpenMetrics exposition looks like the text format, so prefer the Content-Type if it is known.
 */
export function formatByContent(file: number): Format {
  const { size } = fstatSync(file);
  const tail = Buffer.alloc(Math.min(size, 64 * 1024));
  const length = readSync(file, tail, 0, tail.length, size - tail.length);
  return /^# EOF$/m.test(tail.toString('latin1', 0, length)) ? 'openmetrics' : 'text';
}
