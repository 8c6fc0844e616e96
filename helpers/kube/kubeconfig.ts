import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, resolve } from 'node:path';
import { parse } from 'yaml';
import { UsageError } from '../errors.ts';

/** Fields of a kubeconfig by their names there. */
export type Fields = Readonly<Record<string, unknown>>;

/** The part of a kubeconfig that one context names. */
export interface Kubeconfig {
  /** Its file, as an absolute path. */
  readonly file: string;
  readonly context: string;
  readonly cluster: Fields;
  readonly user: Fields;
}

/** What each part may hold. Source: kubeconfig (v1) reference, `Cluster` and `AuthInfo`. */
const honoured = {
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

/** What has no effect on what a request does, or is meant for other programs. */
const harmless = ['extensions', 'disable-compression'];

/** What to do instead of a field that is not honoured. */
const instead: Readonly<Record<string, string>> = {
  'auth-provider': 'kubectl has replaced it by exec plugins, such as kubelogin; name one under exec, or a token',
};

/**
 * Reads the part of a kubeconfig that a context names.
 * @param path the kubeconfig's file
 * @param context the context's name; the current one unless given
 * @throws UsageError when it cannot be read, when a name leads nowhere, and for a field that would have to be dropped
 */
export function readKubeconfig(path: string, context: string | undefined): Kubeconfig {
  const file = parsed(path);
  const name = context ?? file['current-context'];
  if (typeof name !== 'string' || name === '') {
    throw new UsageError(`The kubeconfig ${path} has no current context; name one with --context: ${namesIn(file.contexts)}.`);
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
  refuseOthers(path, 'cluster', found.cluster, cluster);
  refuseOthers(path, 'user', found.user, user);
  return { file: resolve(path), context: name, cluster, user };
}

/**
 * A field's text; undefined where it is not set.
 * @throws UsageError when it is set to something else
 */
export function textOf({ file }: Pick<Kubeconfig, 'file'>, fields: Fields, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new UsageError(`In the kubeconfig ${file}, ${name} is not a text but ${JSON.stringify(value)}.`);
}

/**
 * What a pair of fields holds, `NAME-data` in base64 or else the file that `NAME` leads to, from the kubeconfig's directory on.
 * Source: kubeconfig (v1) reference: the data override the file.
 */
export function bytesOf(kubeconfig: Kubeconfig, fields: Fields, name: string): Buffer | undefined {
  const data = textOf(kubeconfig, fields, `${name}-data`);
  if (data !== undefined) return Buffer.from(data, 'base64');
  const path = textOf(kubeconfig, fields, name);
  return path === undefined ? undefined : readBeside(kubeconfig, name, path);
}

/** @throws UsageError when the file that a field leads to cannot be read */
export function readBeside(kubeconfig: Pick<Kubeconfig, 'file'>, name: string, path: string): Buffer {
  const beside = pathBeside(kubeconfig, path);
  try {
    return readFileSync(beside);
  } catch (error) {
    throw new UsageError(`The ${name} of the kubeconfig ${kubeconfig.file} cannot be read: ${(error as Error).message}.`);
  }
}

/** A path of a kubeconfig, which is relative to its own directory. */
export function pathBeside({ file }: Pick<Kubeconfig, 'file'>, path: string): string {
  return isAbsolute(path) ? path : resolve(dirname(file), path);
}

function parsed(path: string): Fields {
  try {
    const fields: unknown = parse(readFileSync(path, 'utf8'));
    if (isFields(fields)) return fields;
  } catch (error) {
    throw new UsageError(`The kubeconfig ${path} cannot be read: ${(error as Error).message}. Name another with --kubeconfig.`);
  }
  throw new UsageError(`The kubeconfig ${path} is empty, or not a kubeconfig. Name another with --kubeconfig.`);
}

function refuseOthers(path: string, kind: 'cluster' | 'user', name: unknown, fields: Fields): void {
  const known: readonly string[] = [...honoured[kind], ...harmless];
  const dropped = Object.keys(fields).find((field) => !known.includes(field));
  if (dropped === undefined) return;
  const advice = instead[dropped] ?? 'remove it in a copy of the file and name the copy with --kubeconfig';
  throw new UsageError(`The kubeconfig ${path} sets ${dropped} for the ${kind} "${name}", which is not honoured: ${advice}.`);
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the entry of that name in a kubeconfig's list holds; a user may hold nothing. */
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
