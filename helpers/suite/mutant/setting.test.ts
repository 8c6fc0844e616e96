import { bySetting, fits, needOf, optionsFor } from './setting.ts';

const usual = { agents: 0, k3sImage: 'rancher/k3s:v1.24.17-k3s1' };

test('a mutant without a setting is tried on a single node of any release', () => {
  expect(fits({}, usual)).toBe(true);
  expect(fits({}, { ...usual, agents: 1 })).toBe(false);
});

test('a mutant that needs an agent, or a later release, is not tried without', () => {
  expect(fits({ agents: 1 }, usual)).toBe(false);
  expect(fits({ kubernetes: 'v1.30.0' }, usual)).toBe(false);
  expect(fits({ kubernetes: 'v1.30.0' }, { ...usual, k3sImage: 'k3s:v1.34.1' })).toBe(true);
  expect(fits({ kubernetes: 'v1.30.0' }, { ...usual, k3sImage: 'k3s:latest' })).toBe(false);
});

test('what another live cluster would need is formatted as options of the command', () => {
  expect(needOf({ agents: 1 })).toBe('--agents 1');
  expect(needOf({})).toBe('--agents 0');
  expect(needOf({ agents: 1, kubernetes: 'v1.30.0' })).toBe('--agents 1 and a --k3s-image of Kubernetes v1.30.0 or later');
});

test('mutants with the same needs are grouped, with the options of their cluster', () => {
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
