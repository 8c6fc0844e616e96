import { seriesKey, writeSample, writeValue } from './series.ts';

test('the key does not depend on the order of labels', () => {
  expect(seriesKey({ a: '1', b: '2' })).toBe(seriesKey({ b: '2', a: '1' }));
});

test('the key separates values', () => {
  expect(seriesKey({ a: '1', b: '12:3' })).not.toBe(seriesKey({ a: '11:2', b: '3' }));
  expect(seriesKey({ a: '1' })).not.toBe(seriesKey({ b: '1' }));
  expect(seriesKey({ a: '' })).not.toBe(seriesKey({}));
});

test('a sample is written in the text format', () => {
  expect(writeSample('kube_pod_info', { pod: 'a"b\\c\nd' }, 1)).toBe('kube_pod_info{pod="a\\"b\\\\c\\nd"} 1');
  expect(writeSample('up', {}, 0)).toBe('up 0');
});

test.each([
  [1714557600, '1.7145576e+09'],
  [1000000, '1e+06'],
  [999999, '999999'],
  [0.1, '0.1'],
  [0.0001, '0.0001'],
  [0.00001, '1e-05'],
  [-2, '-2'],
  [Number.NaN, 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf'],
])('%d is written %s, as in Go', (value, written) => {
  expect(writeValue(value)).toBe(written);
});
