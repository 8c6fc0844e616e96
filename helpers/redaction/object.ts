import type { KubernetesObject } from '../kube/object.ts';
import { withoutBookkeeping } from '../kube/object.ts';
import { hideValues, isNameOfSecret, redacted, redactText } from './text.ts';

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/**
 * An object of the run as it may be written: without a Secret's values, without kubectl's last applied configuration, which repeats
 * them, and without variables, arguments and fields named like a password or token. For foreign objects use `keepFields`.
 */
export function redactObject(object: KubernetesObject): KubernetesObject {
  const plain = redactFields(withoutBookkeeping(object)) as KubernetesObject;
  if (object.kind !== 'Secret') return plain;
  const { data, stringData } = object as Secret;
  return {
    ...plain,
    ...(data && { data: withoutValues(data) }),
    ...(stringData && { stringData: withoutValues(stringData) }),
  } as KubernetesObject;
}

/** Registers the secret values of these objects, so that `redactText` removes them from now on. */
export function hideSecretsOf(objects: readonly KubernetesObject[]): void {
  for (const object of objects) {
    if (object.kind === 'Secret') hideValues(valuesOf(object as Secret));
    else hideValues(secretVariables(object));
  }
}

function valuesOf({ data = {}, stringData = {} }: Secret): readonly string[] {
  const decoded = Object.values(data).map((value) => Buffer.from(value, 'base64').toString('utf8'));
  const encoded = Object.values(stringData).map((value) => Buffer.from(value, 'utf8').toString('base64'));
  return [...Object.values(data), ...decoded, ...Object.values(stringData), ...encoded];
}

function secretVariables(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isSecretVariable(value)) return [value.value];
  return Object.values(value).flatMap(secretVariables);
}

/** Whether a value is an environment variable, or a header of a probe, with the name of a secret. */
function isSecretVariable(value: object): value is { readonly name: string; readonly value: string } {
  const { name, value: text } = value as { readonly name?: unknown; readonly value?: unknown };
  return typeof name === 'string' && typeof text === 'string' && (isNameOfSecret(name) || /^authorization$/i.test(name));
}

function redactFields(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return isNameOfSecret(name) && value !== '' ? redacted : redactText(value);
  if (Array.isArray(value)) return value.map((element, index) => redactElement(element, value[index - 1]));
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, field]) => [key, redactFields(field, key)]);
  return { ...Object.fromEntries(fields), ...(isSecretVariable(value) && { value: redacted }) };
}

/** The name of an argument is the flag before it: `['--token', '…']`. */
function redactElement(element: unknown, before: unknown): unknown {
  const flag = typeof before === 'string' && before.startsWith('-') && !before.includes('=') ? before : '';
  return redactFields(element, typeof element === 'string' && !element.startsWith('-') ? flag : '');
}

function withoutValues(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `(redacted, ${value.length} characters)`]));
}

/** An allowlist of fields: `true` keeps a field, a nested list keeps some of its fields; it applies to each element of an array. */
export interface Fields {
  readonly [field: string]: true | Fields;
}

/**
 * The fields of a foreign object that an allowlist allows. Unknown fields are removed.
 */
export function keepFields(value: unknown, fields: Fields): unknown {
  if (Array.isArray(value)) return value.map((element) => keepFields(element, fields));
  if (typeof value !== 'object' || value === null) return undefined;
  const kept = Object.entries(fields).flatMap(([name, allowed]) => {
    const field = (value as Readonly<Record<string, unknown>>)[name];
    if (field === undefined) return [];
    return [[name, allowed === true ? field : keepFields(field, allowed)]];
  });
  return Object.fromEntries(kept);
}
