import type { Resource } from '../kinds.ts';
import { copy } from '../objects.ts';
import { isMap } from './merge.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** What the client's generated models say of a type: its fields, and what is in them. */
type Model = ReadonlyMap<string, string>;

/** Kinds whose model the client calls otherwise. */
const NAMES: Readonly<Record<string, string>> = { Event: 'CoreV1Event', TokenRequest: 'AuthenticationV1TokenRequest' };

const models = new Map<string, Promise<Model | undefined>>();

/**
 * The fields that an object has and its kind has not, as paths: `spec.template.spec.plantedField`. The fields are those of the
 * client's release, which may know more than the simulated one.
 */
export async function unknownFields({ versions, kind }: Resource, object: unknown): Promise<readonly string[]> {
  const version = versions[0] ?? 'v1';
  const name = NAMES[kind] ?? `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  return unknownIn(name, object, '');
}

/** The object without them, which is how it is kept. */
export function without<T>(object: T, paths: readonly string[]): T {
  if (paths.length === 0) return object;
  const changed = copy(object);
  for (const path of paths) {
    const names = path.split(/\.|\[|\]\.?/).filter((name) => name !== '');
    const last = names.pop() ?? '';
    const holder = names.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], changed);
    delete (holder as Record<string, unknown>)[last];
  }
  return changed;
}

async function unknownIn(type: string, value: unknown, path: string): Promise<readonly string[]> {
  const item = /^Array<(.*)>$/.exec(type)?.[1];
  if (item !== undefined) {
    if (!Array.isArray(value)) return [];
    return (await Promise.all(value.map((one, index) => unknownIn(item, one, `${path}[${index}]`)))).flat();
  }
  if (!isMap(value) || !/^[A-Z]\w*\d\w*$/.test(type)) return [];
  const model = await modelOf(type);
  if (!model) return [];
  const found = await Promise.all(
    Object.entries(value).map(([field, inner]) => {
      const at = path === '' ? field : `${path}.${field}`;
      const of = model.get(field);
      return of === undefined ? [at] : unknownIn(of, inner, at);
    }),
  );
  return found.flat();
}

function modelOf(type: string): Promise<Model | undefined> {
  const known = models.get(type) ?? readModel(type);
  models.set(type, known);
  return known;
}

async function readModel(type: string): Promise<Model | undefined> {
  const module = (await import(`@kubernetes/client-node/dist/gen/models/${type}.js`)) as Record<string, unknown>;
  const attributes = (module[type] as { readonly attributeTypeMap?: readonly Attribute[] }).attributeTypeMap;
  // Some types, such as IntOrString, are no maps of fields.
  return attributes && new Map(attributes.map(({ baseName, type: of }) => [baseName, of]));
}
