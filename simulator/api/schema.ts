import type { Resource } from '../kinds.ts';
import { copy } from '../objects.ts';
import { isMap } from './merge.ts';

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

/** The fields of a type and the type of each, from the client's generated models. */
type Model = ReadonlyMap<string, string>;

/** Kinds whose model has another name in the client. */
const NAMES: Readonly<Record<string, string>> = { Event: 'CoreV1Event', TokenRequest: 'AuthenticationV1TokenRequest' };

const models = new Map<string, Promise<Model | undefined>>();

/**
 * The paths of the fields of an object that its kind does not have: `spec.template.spec.plantedField`. The known fields are those of
 * the client's release, which may be later than the simulated one.
 */
export async function unknownFields({ versions, kind, custom }: Resource, object: unknown): Promise<readonly string[]> {
  if (custom) return [];
  const version = versions[0] ?? 'v1';
  const name = NAMES[kind] ?? `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  return unknownIn(name, object, '');
}

/** A copy of an object without the fields at these paths. */
export function withoutFields<T>(object: T, paths: readonly string[]): T {
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
    return (await Promise.all(value.map((element, index) => unknownIn(item, element, `${path}[${index}]`)))).flat();
  }
  if (!isMap(value) || !/^[A-Z]\w*\d\w*$/.test(type)) return [];
  const model = await modelOf(type);
  if (!model) return [];
  const found = await Promise.all(
    Object.entries(value).map(([field, inner]) => {
      const at = path === '' ? field : `${path}.${field}`;
      const fieldType = model.get(field);
      return fieldType === undefined ? [at] : unknownIn(fieldType, inner, at);
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
  // Some types, such as IntOrString, have no fields.
  return attributes && new Map(attributes.map(({ baseName, type: fieldType }) => [baseName, fieldType]));
}
