import type { KubeClient } from '../kube/client.ts';

export async function applyFixtures(_client: KubeClient, _request: unknown): Promise<void> {
  await Promise.resolve();
}
