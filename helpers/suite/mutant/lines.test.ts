import { doubled, dropped, everyLine, firstLine, headerOf, sampleOf, truncated, valued, withLines } from './lines.ts';

const exposition = [
  '# HELP kube_pod_info Information about pod.',
  '# TYPE kube_pod_info gauge',
  'kube_pod_info{namespace="a",pod="one"} 1',
  'kube_pod_info{namespace="b",pod="two"} 1',
  '',
].join('\n');

test('The first sample of a family is doubled, and the others stay as they are', () => {
  const altered = firstLine(sampleOf('kube_pod_info'), doubled)(exposition);

  expect(altered.split('\n').filter((line) => line.includes('pod="one"'))).toHaveLength(2);
  expect(altered.split('\n').filter((line) => line.includes('pod="two"'))).toHaveLength(1);
});

test('Every sample of a family is dropped, and its HELP and TYPE are kept', () => {
  const altered = everyLine(sampleOf('kube_pod_info'), dropped)(exposition);

  expect(altered).toBe('# HELP kube_pod_info Information about pod.\n# TYPE kube_pod_info gauge\n');
});

test('A sample gets another value, and keeps its labels', () => {
  const altered = firstLine(sampleOf('kube_pod_info', 'pod="two"'), valued('7'))(exposition);

  expect(altered).toContain('kube_pod_info{namespace="a",pod="one"} 1\n');
  expect(altered).toContain('kube_pod_info{namespace="b",pod="two"} 7\n');
});

test('A header does not match a family whose name only begins alike', () => {
  expect(headerOf('TYPE', 'kube_pod')('# TYPE kube_pod_info gauge')).toBe(false);
  expect(headerOf('TYPE', 'kube_pod_info')('# TYPE kube_pod_info gauge')).toBe(true);
});

test('A sample does not match a family whose name only begins alike', () => {
  expect(sampleOf('kube_pod')('kube_pod_info{pod="one"} 1')).toBe(false);
});

test('A truncated exposition ends in the middle of a line', () => {
  const altered = truncated(exposition);

  expect(exposition.startsWith(altered)).toBe(true);
  expect(altered.endsWith('\n')).toBe(false);
  expect(exposition.split('\n')).not.toContain(altered.split('\n').at(-1));
});

test('Without a matching line the text is unaltered', () => {
  expect(firstLine(sampleOf('kube_node_info'), dropped)(exposition)).toBe(exposition);
});

test('Lines are appended, and the text still ends with a line break', () => {
  expect(withLines('kube_x{a="b"} 1')(exposition)).toBe(`${exposition}kube_x{a="b"} 1\n`);
});
