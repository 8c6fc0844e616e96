import { coverageFaults } from './coverage.ts';
import { areReadOnly, requirementsFor } from './selection.ts';

const declared = [
  { id: 'manifests/accepted', area: 'manifests', needs: [], explainedBy: [], serial: false },
  { id: 'probes/becomes-ready', area: 'probes', needs: [], explainedBy: [], serial: false },
  { id: 'dns/headless', area: 'dns', needs: ['probes/becomes-ready'], explainedBy: ['manifests/accepted'], serial: false },
  { id: 'dns/refuses-a-wrong-name', area: 'dns', needs: [], explainedBy: [], serial: false },
  { id: 'dns/survives', area: 'dns', needs: [], explainedBy: [], serial: true },
  { id: 'access/denies-writes', area: 'access', needs: [], explainedBy: [], serial: false },
];
const mutant = { sentence: 'A defect.', fails: ['dns/headless'] };

test('The whole area is verified, what it needs and what may explain its failures, but no serial requirement', () => {
  expect(requirementsFor(mutant, declared)).toEqual([
    'manifests/accepted',
    'probes/becomes-ready',
    'dns/headless',
    'dns/refuses-a-wrong-name',
  ]);
});

test('An area or a requirement that is named is verified as well', () => {
  expect(requirementsFor({ ...mutant, verifies: ['access', 'dns/survives'] }, declared)).toHaveLength(6);
});

test('What must be verified by itself is verified by itself', () => {
  expect(requirementsFor({ ...mutant, byItself: 'Another requirement would fail first.' }, declared)).toEqual(['dns/headless']);
});

test('A requirement that does not exist is an error of the mutant', () => {
  expect(() => requirementsFor({ ...mutant, fails: ['dns/headles'] }, declared)).toThrow('dns/headles, which no spec declares');
  expect(() => requirementsFor({ ...mutant, verifies: ['dsn'] }, declared)).toThrow('No spec declares dsn.');
});

test('What is established is not verified again, unless the mutant must fail it', () => {
  const established = new Set(['manifests/accepted', 'probes/becomes-ready', 'dns/headless']);

  expect(requirementsFor(mutant, declared, established)).toEqual(['dns/headless', 'dns/refuses-a-wrong-name']);
});

test('Requirements that an audit verifies are read-only, and so are some that it skips', () => {
  const audited = { id: 'exposition/pod', reads: ['proxy'] as const };

  expect(areReadOnly([audited, { id: 'endpoints/reached-by-the-service' }])).toBe(true);
  expect(areReadOnly([audited, { id: 'exposition/openmetrics' }])).toBe(false);
});

const ids = ['dns/headless', 'dns/refuses-a-wrong-name'];

test('A requirement without a mutant needs a reason', () => {
  const mutants = [{ fails: ['dns/headless'] }];

  expect(coverageFaults(ids, mutants, {})).toEqual(['dns/refuses-a-wrong-name has neither a mutant nor a reason to have none.']);
  expect(coverageFaults(ids, mutants, { 'dns/refuses-a-wrong-name': 'It cannot fail.' })).toEqual([]);
});

test('A reason that is not needed is a fault', () => {
  const mutants = [{ fails: ids }];

  expect(coverageFaults(ids, mutants, { 'dns/headless': 'x', 'dns/gone': 'y' })).toEqual([
    'dns/headless has a reason to have no mutant, and has one.',
    'dns/gone has a reason to have no mutant, and is no requirement.',
  ]);
});
