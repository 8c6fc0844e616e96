import { hostname } from 'node:os';
import { labelsOnDocker, ownerOf } from './owner.ts';

const [ownerLabel = ''] = Object.keys(labelsOnDocker('planted')).filter((label) => label.endsWith('/owner'));

test('what this process made is its own as long as it lives', () => {
  expect(ownerOf(labelsOnDocker('planted'))).toBe(`process ${process.pid}`);
  expect(ownerOf(labelsOnDocker('planted'), () => false)).toBeUndefined();
});

test('a process of another machine cannot be seen, and may be at work', () => {
  expect(ownerOf({ [ownerLabel]: 'elsewhere/17' }, () => false)).toBe('process 17 on elsewhere');
});

test('what nobody signed is nobody’s', () => {
  expect(ownerOf({ 'conformance.kube-state-metrics/run': 'planted' })).toBeUndefined();
});

test('a process that does not exist owns nothing', () => {
  expect(ownerOf({ [ownerLabel]: `${hostname()}/4194999` })).toBeUndefined();
});
