import { configFileOf, customResourceStateFile, firstWith } from '../catalogue/arguments.ts';
import { parseCustomResourceState } from '../catalogue/custom/config.ts';
import { withConfigFile, withoutFlags } from '../catalogue/flags.ts';
import { UsageError } from '../errors.ts';
import type { KubernetesObject } from '../kube/object.ts';
import type { Pod } from '../kube/pod.ts';
import type { Container, PodSpec, Workload } from '../kube/workload.ts';
import { atLeast, formatVersion, type Version } from '../version.ts';
import { exporterContainer, nameOf } from './find.ts';
import { argumentsOf } from './ports.ts';

interface ConfigMap extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
}

/** A container with the objects that may hold its files. */
export interface Mounting {
  readonly workload: Workload;
  readonly container: Pick<Container, 'name' | 'command' | 'args'>;
  readonly objects: readonly KubernetesObject[];
  readonly version: Version;
}

/** The text of a file that a container mounts from a ConfigMap among the objects; undefined where there is none. */
export function mountedText(
  { workload, container, objects }: Pick<Mounting, 'workload' | 'objects'> & { readonly container: Pick<Container, 'name'> },
  path: string,
): string | undefined {
  const { metadata, spec } = workload;
  const { containers, volumes } = spec.template.spec;
  const mounts = containers.find(({ name }) => name === container.name)?.volumeMounts;
  const configMap = (named: string | undefined) =>
    objects.find(
      (object) =>
        object.kind === 'ConfigMap' &&
        object.metadata.name === named &&
        (object.metadata.namespace ?? 'default') === (metadata.namespace ?? 'default'),
    );
  return textOfMounts({ mounts, volumes }, path, configMap);
}

/** What a container mounts, and the volumes of its pod. */
export interface Mounts {
  readonly mounts: Container['volumeMounts'];
  readonly volumes: PodSpec['volumes'];
}

/**
 * The same by the mounts alone.
 * @param configMap returns the ConfigMap of a name in the pod's namespace
 */
export function textOfMounts(
  { mounts = [], volumes = [] }: Mounts,
  path: string,
  configMap: (name: string | undefined) => KubernetesObject | undefined,
): string | undefined {
  const keyIn = ({ mountPath, subPath }: (typeof mounts)[number]) => {
    if (subPath !== undefined) return mountPath === path ? subPath : undefined;
    const directory = `${mountPath.replace(/\/$/, '')}/`;
    return path.startsWith(directory) ? path.slice(directory.length) : undefined;
  };
  for (const mount of mounts) {
    const file = keyIn(mount);
    const source = volumes.find(({ name }) => name === mount.name)?.configMap;
    if (file === undefined || source === undefined) continue;
    const map: ConfigMap | undefined = configMap(source.name);
    const key = source.items?.find(({ path: projected }) => projected === file)?.key ?? file;
    const text = map?.data?.[key];
    if (text !== undefined) return text;
  }
  return undefined;
}

/** The names of the ConfigMaps that a workload mounts. */
export function mountedConfigMaps({ spec }: Workload): readonly string[] {
  return (spec.template.spec.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
}

/**
 * The arguments with the content of the files of `--config` and `--custom-resource-state-config-file` in place of their paths: those of
 * an exporter that exposes the same without mounting anything.
 * @throws UsageError when no ConfigMap among the objects is mounted there, when the exporter would refuse what is in it, or for a release
 * whose rules are not followed
 */
export function withMountedFiles(args: readonly string[], mounting: Mounting): readonly string[] {
  return withFiles(args, (path, option) => read(mounting, path, option));
}

/**
 * The workload with the options of its exporter's `--config` as arguments, as if there were no file: the arguments then show by themselves what
 * listens where, and which share it exposes. Unchanged where no ConfigMap among the objects has the file.
 * @throws UsageError when the exporter would refuse the file
 */
export function withInlineConfig(workload: Workload, objects: readonly KubernetesObject[]): Workload {
  const container = exporterContainer(workload);
  const path = configFileOf(argumentsOf(container));
  const text = path === undefined ? undefined : mountedText({ workload, container, objects }, path);
  if (path === undefined || text === undefined) return workload;
  const args = withConfigFile(argumentsOf(container), text, path);
  const { template } = workload.spec;
  const command = container.command?.slice(0, 1);
  const containers = withArgumentsIn(template.spec.containers, { name: container.name, ...(command && { command }), args });
  return { ...workload, spec: { ...workload.spec, template: { ...template, spec: { ...template.spec, containers } } } };
}

/** A pod of the target's workload, with the options of `--config` as arguments where its target has them so. */
export function withConfigOf({ container }: { readonly container: Container }, pod: Pod): Pod {
  const running = pod.spec.containers.find(({ name }) => name === container.name);
  const reads = (exporter: Container) => configFileOf(argumentsOf(exporter)) !== undefined;
  if (!running || !reads(running) || reads(container)) return pod;
  return { ...pod, spec: { ...pod.spec, containers: withArgumentsIn(pod.spec.containers, container) } };
}

function withArgumentsIn(
  containers: readonly Container[],
  { name, command, args }: Pick<Container, 'name' | 'command' | 'args'>,
): readonly Container[] {
  return containers.map((container) =>
    container.name === name ? { ...container, ...(command && { command }), ...(args && { args }) } : container,
  );
}

type FileOption = keyof typeof options;

/** The options that name a file, with the release from which on it is followed. */
const options = {
  config: firstWith.configFile,
  'custom-resource-state-config-file': firstWith.customResources,
} as const;

/**
 * The same with the files from elsewhere.
 * @param readFile returns the text at a path in the container
 * @throws UsageError when the exporter would refuse a text; the errors of `readFile`
 */
export function withFiles(args: readonly string[], readFile: (path: string, option: FileOption) => string): readonly string[] {
  const config = configFileOf(args);
  const own = config ? withConfigFile(args, readFile(config, 'config'), config) : args;
  const path = customResourceStateFile(own);
  if (path === undefined) return own;
  const text = readFile(path, 'custom-resource-state-config-file');
  parseCustomResourceState(text, path);
  const withoutFile = withoutFlags(own, new Set(['custom-resource-state-config-file']));
  return [...withoutFile, `--custom-resource-state-config=${text}`];
}

/** The arguments of a workload's exporter, with the content of its files. */
export function argumentsWithFiles(mounting: Mounting): readonly string[] {
  return withMountedFiles(argumentsOf(mounting.container), mounting);
}

function read(mounting: Mounting, path: string, flag: FileOption): string {
  const { workload, version } = mounting;
  const first = options[flag];
  if (!atLeast(version, first))
    throw new UsageError(
      `--${flag} of the exporter ${formatVersion(version)} is not supported: the suite follows it from v${first}.0 on.`,
    );
  const text = mountedText(mounting, path);
  if (text !== undefined) return text;
  throw new UsageError(
    `${nameOf(workload)} has --${flag}=${path}, and no ConfigMap with that file is mounted there: expected it among the exporter's objects, and in an audit that you may get it.`,
  );
}
