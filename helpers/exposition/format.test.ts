import { formatOf } from './format.ts';

test.each([
  ['text/plain; version=0.0.4', 'text'],
  ['text/plain; version=0.0.4; charset=utf-8; escaping=values', 'text'],
  ['text/plain', 'text'],
  ['application/openmetrics-text; version=1.0.0; charset=utf-8', 'openmetrics'],
  ['application/openmetrics-text; version="0.0.1"', 'openmetrics'],
  ['Application/OpenMetrics-Text;Version=1.0.0', 'openmetrics'],
  ['text/plain; version=1.0.0', undefined],
  ['text/html; charset=utf-8', undefined],
  ['application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited', undefined],
  [undefined, undefined],
])('the format of the Content-Type %s is %s', (contentType, format) => {
  expect(formatOf(contentType)).toBe(format);
});
