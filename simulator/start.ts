import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Connection } from '../helpers/kube/connection.ts';
import { parseVersion } from '../helpers/version.ts';
import type { PodSecurityLevel } from './api/pod-security.ts';
import { ApiServer } from './api/server.ts';
import { type Certificates, makeCertificates } from './api/users.ts';
import { bootstrap } from './bootstrap.ts';
import { Clock } from './clock.ts';
import { allControllers, startControllers } from './controllers/manager.ts';
import { dnsServer, Zone } from './dns.ts';
import { exporterProgram } from './exporter/exporter.ts';
import { proxyProgram } from './exporter/secured.ts';
import { resourcesOf } from './kinds.ts';
import { Network } from './network.ts';
import { Images } from './node/images.ts';
import { Kubelet } from './node/kubelet.ts';
import type { Taint } from './objects.ts';
import { prometheusProgram } from './prometheus/program.ts';
import { Store } from './store.ts';
import { World } from './world.ts';

/** Simulated seconds per real second, for probes, deadlines and back-offs. */
const SPEED = 10;

export interface SimulatorOptions {
  /** The release of Kubernetes whose APIs are served: `v1.24.17`. */
  readonly kubernetes: string;
  readonly taint?: Taint;
  readonly domain: string;
  /** The number of nodes besides the server. */
  readonly agents: number;
  /** The images that run the busybox stand-in. */
  readonly workloadImages: readonly string[];
  /** The image that runs the Prometheus stand-in. */
  readonly prometheusImage?: string;
  /** The directory of the kubeconfig. */
  readonly directory: string;
  /** The Pod Security level of namespaces without a label, as an AdmissionConfiguration sets it; privileged unless set. */
  readonly podSecurity?: PodSecurityLevel;
}

export interface Simulator {
  /** The path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  stop(): Promise<void>;
}

/** Starts a simulated cluster in this process. Its results are no evidence about any exporter. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const gitVersion = `${options.kubernetes}+simulated`;
  const { podSecurity = 'privileged' } = options;
  const certificates = await makeCertificates();
  const clock = new Clock(SPEED);
  const store = new Store(clock);
  const resources = resourcesOf(parseVersion(options.kubernetes));
  const world = new World(store, clock, resources, podSecurity);
  const network = new Network();
  const zone = new Zone(store, options.domain);
  const kubeconfig = join(options.directory, 'kubeconfig');
  const connection = async () => connectionInside((await addresses).inside);
  const exporter = exporterProgram({ clock, connection });
  const prometheus = { image: options.prometheusImage, program: prometheusProgram({ connection }) };
  const proxy = proxyProgram({ connection });
  const images = new Images(exporter, dnsServer(zone), prometheus, options.workloadImages, proxy);
  const names = ['server', ...Array.from({ length: options.agents }, (_, index) => `agent-${index + 1}`)];
  const nodes = new Map(names.map((name, index) => [name, `192.168.0.${index + 1}`]));
  const kubelet: Kubelet = new Kubelet({
    world,
    network,
    images,
    nodes,
    issueToken: async (namespace, account) => (await server.users.issue(namespace, account, 3607)).token,
    resolve: (name, namespace) => zone.resolve(name, namespace),
  });
  const api = { store, network, resources, gitVersion, certificates, podSecurity };
  const server: ApiServer = new ApiServer({ ...api, runtime: kubelet });
  const addresses = server.start();
  kubelet.start();
  const stopControllers = startControllers(world, allControllers(certificates.authority));
  bootstrap(
    world,
    [...nodes].map(([name, address], index) => ({
      name,
      address,
      version: gitVersion,
      taints: index === 0 && options.taint ? [options.taint] : [],
    })),
  );
  const { outside } = await addresses;
  writeKubeconfig(kubeconfig, options.directory, outside, certificates);
  return {
    kubeconfig,
    stop: async () => {
      stopControllers();
      kubelet.stop();
      clock.stop();
      network.stop();
      server.stop();
    },
  };
}

function writeKubeconfig(file: string, directory: string, server: string, { authority, administrator }: Certificates): void {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  // The client caches an HTTP agent by name, so each cluster needs its own.
  const name = `simulated-${new URL(server).port}`;
  const user = { 'client-certificate-data': base64(administrator.cert), 'client-key-data': base64(administrator.key) };
  mkdirSync(directory, { recursive: true });
  writeFileSync(
    file,
    stringify({
      apiVersion: 'v1',
      kind: 'Config',
      clusters: [{ name, cluster: { server, 'certificate-authority-data': base64(authority) } }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name } }],
      'current-context': name,
    }),
    { mode: 0o600 },
  );
}

/** The connection of a program in a pod, which adds its token. */
function connectionInside(server: string): Connection {
  const makeAgent = () => new Agent({ keepAlive: true });
  return { server, address: server, tls: {}, agent: makeAgent(), makeAgent, headers: async () => ({}) };
}
