import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KubeClient } from '../helpers/kube/client.ts';
import { openCluster } from '../helpers/kube/open.ts';
import { type Simulator, type SimulatorOptions, startSimulator } from './start.ts';

/** A simulated cluster for tests. */
export interface TestCluster {
  readonly client: KubeClient;
  /** The path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** A temporary directory, removed with the cluster. */
  readonly directory: string;
}

/** For tests: a simulated cluster, of v1.24.17 and without taints unless set, one for each test or one for all of the file. */
export function simulatedCluster(
  per: 'test' | 'file',
  options: Partial<Pick<SimulatorOptions, 'kubernetes' | 'taint' | 'podSecurity' | 'prometheusImage'>> = {},
): TestCluster {
  let running: (TestCluster & { readonly simulator: Simulator }) | undefined;
  const start = async () => {
    const directory = mkdtempSync(join(tmpdir(), 'simulated-'));
    const simulator = await startSimulator({
      kubernetes: 'v1.24.17',
      domain: 'cluster.local',
      agents: 0,
      workloadImages: ['busybox:1.36'],
      directory,
      ...options,
    });
    const { kubeconfig } = simulator;
    running = { simulator, directory, kubeconfig, client: await openCluster(kubeconfig) };
  };
  const stop = async () => {
    await running?.simulator.stop();
    if (running) rmSync(running.directory, { recursive: true });
  };
  if (per === 'test') {
    beforeEach(start);
    afterEach(stop);
  } else {
    beforeAll(start);
    afterAll(stop);
  }
  const current = () => {
    if (running === undefined) throw new Error('The simulated cluster exists only while a test runs.');
    return running;
  };
  return {
    get client() {
      return current().client;
    },
    get kubeconfig() {
      return current().kubeconfig;
    },
    get directory() {
      return current().directory;
    },
  };
}
