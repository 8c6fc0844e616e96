import { withoutBookkeeping } from '../kube/bookkeeping.ts';
import type { KubernetesObject } from '../kube/object.ts';
import { hideValues, isNameOfSecret, redacted, redactText } from './text.ts';

interface Secret extends KubernetesObject {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

/**
 * An object of the run's own as it may be written: without a Secret's values, without what was last applied, which repeats them,
 * and without what is called a password or token in variables, arguments and fields. For what is not the run's own there is
 * `keepFields`.
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

/** Has the values of these objects' secrets taken out of every text that is redacted from now on. */
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

/** An environment variable, or a header of a probe, whose name says that it is a secret. */
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

/** An argument is what the flag before it is called: `['--token', '…']`. */
function redactElement(element: unknown, before: unknown): unknown {
  const flag = typeof before === 'string' && before.startsWith('-') && !before.includes('=') ? before : '';
  return redactFields(element, typeof element === 'string' && !element.startsWith('-') ? flag : '');
}

function withoutValues(values: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `(redacted, ${value.length} characters)`]));
}
