import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';

/** Fields of a kubeconfig by their names there. */
export type Fields = Readonly<Record<string, unknown>>;

/** The cluster and user of a kubeconfig's context. */
export interface Kubeconfig {
  /** Its file, as an absolute path. */
  readonly file: string;
  readonly context: string;
  readonly cluster: Fields;
  readonly user: Fields;
}

/** The supported fields. Source: kubeconfig (v1) reference, `Cluster` and `AuthInfo`. */
const supported = {
  cluster: [
    'server',
    'tls-server-name',
    'insecure-skip-tls-verify',
    'certificate-authority',
    'certificate-authority-data',
    'proxy-url',
  ],
  user: [
    'client-certificate',
    'client-certificate-data',
    'client-key',
    'client-key-data',
    'token',
    'tokenFile',
    'username',
    'password',
    'as',
    'as-uid',
    'as-groups',
    'as-user-extra',
    'exec',
  ],
} as const;

/** Fields that do not affect requests, or are for other programs. */
const harmless = ['extensions', 'disable-compression'];

/** What to do about a field that is not supported. */
const alternatives: Readonly<Record<string, string>> = {
  'auth-provider': 'kubectl has replaced it by exec plugins, such as kubelogin; set exec, or a token',
};

/**
 * Reads the cluster and user of a kubeconfig's context.
 * @param path the kubeconfig's file
 * @param context the context's name; default: the current context
 * @throws UsageError when the file cannot be read, lacks the context, cluster or user, or sets a field that is not supported
 */
export function readKubeconfig(path: string, context: string | undefined): Kubeconfig {
  const file = parsed(path);
  const name = context ?? file['current-context'];
  if (typeof name !== 'string' || name === '') {
    throw new UsageError(`The kubeconfig ${path} has no current context; set one with --context: ${namesIn(file.contexts)}.`);
  }
  const found = named(file.contexts, name, 'context');
  if (!found) throw new UsageError(`The kubeconfig ${path} has no context "${name}"; it has: ${namesIn(file.contexts)}.`);
  const part = (list: 'clusters' | 'users', kind: 'cluster' | 'user'): Fields => {
    const fields = named(file[list], found[kind], kind);
    if (fields) return fields;
    throw new UsageError(`The context "${name}" of ${path} names the ${kind} "${found[kind]}", which is not in ${list}.`);
  };
  const cluster = part('clusters', 'cluster');
  const user = part('users', 'user');
  refuseUnsupported(path, 'cluster', found.cluster, cluster);
  refuseUnsupported(path, 'user', found.user, user);
  return { file: resolve(path), context: name, cluster, user };
}

/**
 * A field with a string; undefined if it is not set.
 * @throws UsageError when it is not a string
 */
export function textOf({ file }: Pick<Kubeconfig, 'file'>, fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new UsageError(`In the kubeconfig ${file}, ${name} is not a string but ${JSON.stringify(value)}.`);
}

/**
 * The bytes of a pair of fields: `NAME-data` in base64, or else the file at the path `NAME`, relative to the kubeconfig's directory.
 * Source: kubeconfig (v1) reference: the data override the file.
 */
export function bytesOf(kubeconfig: Kubeconfig, fields: Fields, name: string): Buffer | undefined {
  const data = textOf(kubeconfig, fields, `${name}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const path = textOf(kubeconfig, fields, name);
  return path === undefined ? undefined : readBeside(kubeconfig, name, path);
}

/** @throws UsageError when the file at a field's path cannot be read */
export function readBeside(kubeconfig: Pick<Kubeconfig, 'file'>, name: string, path: string): Buffer {
  const beside = pathBeside(kubeconfig, path);
  try {
    return readFileSync(beside);
  } catch (error) {
    throw new UsageError(`The ${name} of the kubeconfig ${kubeconfig.file} cannot be read: ${(error as Error).message}.`);
  }
}

/** A path in a kubeconfig, resolved from the kubeconfig's directory. */
export function pathBeside({ file }: Pick<Kubeconfig, 'file'>, path: string): string {
  return isAbsolute(path) ? path : resolve(dirname(file), path);
}

function parsed(path: string): Fields {
  try {
    const fields: unknown = parse(readFileSync(path, 'utf8'));
    if (isFields(fields)) return fields;
  } catch (error) {
    throw new UsageError(`The kubeconfig ${path} cannot be read: ${(error as Error).message}. Set another with --kubeconfig.`);
  }
  throw new UsageError(`The kubeconfig ${path} is empty, or not a kubeconfig. Set another with --kubeconfig.`);
}

function refuseUnsupported(path: string, kind: 'cluster' | 'user', name: unknown, fields: Fields): void {
  const known: readonly string[] = [...supported[kind], ...harmless];
  const dropped = Object.keys(fields).find((field) => !known.includes(field));
  if (dropped === undefined) return;
  const advice = alternatives[dropped] ?? 'remove it in a copy of the file and set the copy with --kubeconfig';
  throw new UsageError(`The kubeconfig ${path} sets ${dropped} for the ${kind} "${name}", which is not supported: ${advice}.`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The content of the entry of this name in a kubeconfig's list; a user may be empty. */
function named(list: unknown, name: unknown, holds: string): Fields | undefined {
  const entries: readonly unknown[] = Array.isArray(list) ? list : [];
  const entry = entries.find((item): item is Fields => isFields(item) && item.name === name);
  const held = entry?.[holds] ?? (entry && holds === 'user' ? {} : undefined);
  return isFields(held) ? held : undefined;
}

function namesIn(list: unknown): string {
  const names = Array.isArray(list) ? list.filter(isFields).map(({ name }) => String(name)) : [];
  return names.join(', ') || 'none';
}
