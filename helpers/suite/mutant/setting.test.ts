import { bySetting, fits, needOf, optionsFor } from './setting.ts';

const usual = { agents: 0, k3sImage: 'rancher/k3s:v1.24.17-k3s1' };

test('a mutant that needs nothing is tried where there is one node, of whatever release', () => {
  expect(fits({}, usual)).toBe(true);
  expect(fits({}, { ...usual, agents: 1 })).toBe(false);
});

test('a mutant that needs an agent, or a later release, is not tried without', () => {
  expect(fits({ agents: 1 }, usual)).toBe(false);
  expect(fits({ kubernetes: 'v1.30.0' }, usual)).toBe(false);
  expect(fits({ kubernetes: 'v1.30.0' }, { ...usual, k3sImage: 'k3s:v1.34.1' })).toBe(true);
  expect(fits({ kubernetes: 'v1.30.0' }, { ...usual, k3sImage: 'k3s:latest' })).toBe(false);
});

test('what another live cluster would need is said in the options of the command', () => {
  expect(needOf({ agents: 1 })).toBe('--agents 1');
  expect(needOf({ agents: 1, kubernetes: 'v1.30.0' })).toBe('--agents 1 and a --k3s-image of Kubernetes v1.30.0 or later');
});

test('what needs the same goes together, with the options of its cluster', () => {
  const groups = bySetting([
    ['a', {}],
    ['b', { setting: { agents: 1 } }],
    ['c', {}],
  ]);

  expect(groups.map(({ setting, mutants }) => [optionsFor(setting), mutants.map(([name]) => name)])).toEqual([
    [[], ['a', 'c']],
    [['--agents', '1'], ['b']],
  ]);
});
