import { type ChildProcess, spawn } from 'node:child_process';
import { InfrastructureError, UsageError } from '../errors.ts';
import { seconds } from '../wait.ts';
import { bytesOf, type Fields, type Kubeconfig, pathBeside, textOf } from './kubeconfig.ts';

/** The credential that a plugin returns. Source: Kubernetes, client.authentication.k8s.io/v1, `ExecCredentialStatus`. */
export interface PluginCredential {
  readonly token?: string;
  readonly clientCertificateData?: string;
  readonly clientKeyData?: string;
  readonly expirationTimestamp?: string;
}

/** The time limit of a plugin. */
const pluginLimit = seconds(30);

/** How long before its expiration a credential is renewed. */
const margin = seconds(10);

/**
 * The exec plugin of a kubeconfig's user.
 * @returns a function that returns the credential: it runs the plugin again when the last credential has expired, and kills it when
 * the signal is aborted
 */
export function credentialPlugin(
  kubeconfig: Kubeconfig,
  within = pluginLimit,
): (signal?: AbortSignal) => Promise<PluginCredential> {
  const exec = kubeconfig.user.exec as Fields;
  const command = textOf(kubeconfig, exec, 'command');
  if (command === undefined) throw new UsageError(`The exec of the kubeconfig ${kubeconfig.file} names no command.`);
  if (exec.interactiveMode === 'Always') {
    throw new UsageError(
      `The exec plugin ${command} of the kubeconfig ${kubeconfig.file} needs a terminal (interactiveMode: Always), which a run does not have. ` +
        'Use a kubeconfig with a token instead.',
    );
  }
  let running: Promise<PluginCredential> | undefined;
  let until = Number.POSITIVE_INFINITY;
  return async (signal) => {
    if (Date.now() >= until) running = undefined;
    if (running) return running;
    until = Number.POSITIVE_INFINITY;
    running = run(kubeconfig, exec, command, { signal, within });
    const { expirationTimestamp } = await running;
    if (expirationTimestamp !== undefined) until = Date.parse(expirationTimestamp) - margin;
    return running;
  };
}

async function run(
  kubeconfig: Kubeconfig,
  exec: Fields,
  command: string,
  { signal, within }: { readonly signal: AbortSignal | undefined; readonly within: number },
): Promise<PluginCredential> {
  const apiVersion = textOf(kubeconfig, exec, 'apiVersion') ?? 'client.authentication.k8s.io/v1';
  const spec = { interactive: false, ...(exec.provideClusterInfo === true && { cluster: clusterInfo(kubeconfig) }) };
  const info = { KUBERNETES_EXEC_INFO: JSON.stringify({ apiVersion, kind: 'ExecCredential', spec }) };
  const added = Object.fromEntries(
    ((exec.env ?? []) as readonly { name: string; value: string }[]).map((pair) => [pair.name, pair.value]),
  );
  // Source: Kubernetes, client-go credential plugins: a path, unlike a name, is relative to the kubeconfig.
  const program = command.includes('/') ? pathBeside(kubeconfig, command) : command;
  const child = spawn(program, (exec.args ?? []) as readonly string[], {
    env: { ...process.env, ...info, ...added },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that the plugin's child processes are killed with it.
    detached: true,
  });
  const name = `The exec plugin ${command} of the kubeconfig ${kubeconfig.file}`;
  const { code, stdout, stderr } = await outcomeOf(child, {
    name,
    signal,
    within,
    hint: textOf(kubeconfig, exec, 'installHint'),
  });
  if (code !== 0) {
    throw new InfrastructureError(`${name} exited with code ${code}: ${stderr.trim().slice(-500) || 'it printed nothing'}.`);
  }
  return statusIn(stdout, name);
}

interface Awaited {
  readonly name: string;
  readonly signal: AbortSignal | undefined;
  readonly within: number;
  readonly hint: string | undefined;
}

async function outcomeOf(
  child: ChildProcess,
  { name, signal, within, hint }: Awaited,
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    stdout += part;
  });
  child.stderr?.setEncoding('utf8').on('data', (part: string) => {
    stderr += part;
  });
  let timer: NodeJS.Timeout | undefined;
  let interrupt: () => void = () => undefined;
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      interrupt = () => reject(signal?.reason);
      signal?.addEventListener('abort', interrupt, { once: true });
      if (signal?.aborted) interrupt();
      const message = `${name} returned no credential within ${within / 1000} s. Run it by hand to see what it waits for.`;
      timer = setTimeout(() => reject(new InfrastructureError(message)), within);
      child.once('error', (error) => {
        const advice = hint === undefined ? '' : ` ${hint.trim()}`;
        reject(new UsageError(`${name} cannot be started: ${error.message}.${advice}`));
      });
      child.once('close', resolve);
    });
    return { code, stdout, stderr };
  } catch (error) {
    killGroup(child);
    throw error;
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
  }
}

function killGroup(child: ChildProcess): void {
  child.stdout?.destroy();
  child.stderr?.destroy();
  // The process has ended, and its group's id may belong to another one.
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function statusIn(stdout: string, name: string): PluginCredential {
  let status: PluginCredential | undefined;
  try {
    status = (JSON.parse(stdout) as { readonly status?: PluginCredential }).status;
  } catch {
    // The error below does not show the output, which may be a credential.
  }
  if (typeof status === 'object' && status !== null && (status.token ?? status.clientCertificateData) !== undefined)
    return status;
  throw new InfrastructureError(`${name} printed no ExecCredential with a token or a certificate.`);
}

/** Source: Kubernetes, client.authentication.k8s.io/v1, `Cluster`. */
function clusterInfo(kubeconfig: Kubeconfig): Fields {
  const { cluster } = kubeconfig;
  const authority = bytesOf(kubeconfig, cluster, 'certificate-authority');
  const extensions = (cluster.extensions ?? []) as readonly { readonly name: string; readonly extension: unknown }[];
  const config = extensions.find(({ name }) => name === 'client.authentication.k8s.io/exec')?.extension;
  return {
    server: cluster.server,
    ...(cluster['tls-server-name'] !== undefined && { 'tls-server-name': cluster['tls-server-name'] }),
    ...(cluster['insecure-skip-tls-verify'] === true && { 'insecure-skip-tls-verify': true }),
    ...(authority && { 'certificate-authority-data': authority.toString('base64') }),
    ...(cluster['proxy-url'] !== undefined && { 'proxy-url': cluster['proxy-url'] }),
    ...(config !== undefined && { config }),
  };
}
