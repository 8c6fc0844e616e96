import type { GateDifference } from '../difference.ts';
import { type Comparison, compareUntilExplained } from './readings.ts';

const lost = { id: 'surface/kube_secret_info/family-silent', origin: 'surprise' } as GateDifference;
const renamed = { id: 'surface/kube_pod_info/family-gone', origin: 'documented' } as GateDifference;

/** Compares what successive readings find, the last one again and again. @returns the result and the number of readings */
async function compared(...readings: readonly (readonly GateDifference[])[]) {
  let count = 0;
  const observe = async (): Promise<Comparison> => ({ differences: readings[Math.min(count++, readings.length - 1)] ?? [] });
  return { ...(await compareUntilExplained(observe, { within: 50, every: 1 })), count };
}

test('what an exporter has not read yet when it becomes Ready is no difference', async () => {
  expect(await compared([lost, renamed], [renamed])).toEqual({ differences: [renamed], count: 2 });
});

test('differences that the catalogue explains are not waited for', async () => {
  expect(await compared([renamed])).toEqual({ differences: [renamed], count: 1 });
});

test('what the catalogue does not explain is a difference when it lasts', async () => {
  expect((await compared([lost])).differences).toEqual([lost]);
});

test('a reading that fails ends the comparison', async () => {
  const observe = () => Promise.reject(new Error('planted'));

  await expect(compareUntilExplained(observe)).rejects.toThrow('planted');
});
