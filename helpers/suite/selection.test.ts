import { idsToOnly, selectTests, titleOf } from './selection.ts';

const requirement = (id: string, sentence = 'It holds.') => {
  const area = id.split('/')[0] ?? '';
  return { id, area, sentence, file: `specs/${area}/${area}.spec.ts` };
};
const headless = requirement('dns/headless', 'No cluster IP is among the addresses.');
const byName = requirement('dns/answers-by-name');
const healthz = requirement('endpoints/healthz');
const declared = [headless, byName, healthz];

test('a test has the id and the sentence for a name, and -t finds either', () => {
  const files = [headless.file, healthz.file];

  expect(titleOf(headless)).toBe('dns/headless: No cluster IP is among the addresses.');
  expect(selectTests(declared, files, 'dns/headless').selected).toEqual([headless]);
  expect(selectTests(declared, files, 'CLUSTER ip').selected).toEqual([headless]);
  expect(selectTests(declared, files, 'dns/headless').inFiles).toEqual(declared);
});

test('without a pattern, all requirements of the files are selected and no others', () => {
  expect(selectTests(declared, [healthz.file], '')).toEqual({ inFiles: [healthz], selected: [healthz] });
});

test('the selection is as short as --only allows: nothing for everything, an area for all of it', () => {
  expect(idsToOnly(declared, declared)).toEqual([]);
  expect(idsToOnly([headless, byName], declared)).toEqual(['dns']);
  expect(idsToOnly([headless, healthz], declared)).toEqual(['dns/headless', 'endpoints']);
});
