import { seriesKey, writeSample, writeValue } from './series.ts';

test('two label sets have the same key in whatever order they are written', () => {
  expect(seriesKey({ a: '1', b: '2' })).toBe(seriesKey({ b: '2', a: '1' }));
});

test('a key does not mix up where one value ends and the next begins', () => {
  expect(seriesKey({ a: '1', b: '12:3' })).not.toBe(seriesKey({ a: '11:2', b: '3' }));
  expect(seriesKey({ a: '1' })).not.toBe(seriesKey({ b: '1' }));
  expect(seriesKey({ a: '' })).not.toBe(seriesKey({}));
});

test('a sample is written as the exposition writes it', () => {
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
])('%d is written %s, as Go writes it', (value, written) => {
  expect(writeValue(value)).toBe(written);
});
