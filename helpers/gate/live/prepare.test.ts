import { parseGateOptions } from '../options.ts';
import { prepareSides } from './prepare.ts';

const prepared = (from: string, to: string) => prepareSides(parseGateOptions(['--from', from, '--to', to]), 'r');

test('without manifests each side gets the known target that fits its release', async () => {
  const { old, new: now } = await prepared('v2.17.0', 'registry.example/kube-state-metrics:v2.18.0');

  expect([old.manifests, now.manifests]).toEqual(['agent', 'current']);
  expect(now.target.image).toBe('registry.example/kube-state-metrics:v2.18.0');
});

test('an image that does not say its release needs manifests that do', async () => {
  await expect(prepared('v2.5.0', 'latest')).rejects.toThrow('name them with --manifests-to');
});
