import type { RawObject } from '../../kube/object.ts';

/** An object with every field of its kind, and a canary in each string. */
export interface MaximalObject {
  readonly object: RawObject;
  /** The path of each canary: `spec.containers.env.value`. */
  readonly canaries: ReadonlyMap<string, string>;
}

interface Attribute {
  readonly baseName: string;
  readonly type: string;
}

interface Model {
  getAttributeTypeMap(): readonly Attribute[];
}

/** Fields in which the API server would refuse a canary. */
const computed: readonly (readonly [RegExp, unknown])[] = [
  [/(^|\.)(limits|requests|capacity|allocatable|allocated\w*|overhead|hard|used|max|min|default|defaultRequest)\.key$/, '1'],
  [/(^|\.)(maxLimitRequestRatio|currentLimits|requiredQuantity)\.key$/, '1'],
  [/\.(averageValue|sizeLimit|divisor|storage|tolerance)$|\.(target|current)\.value$/, '1'],
  [/^spec\.(selector\.matchLabels|template\.metadata\.labels)\.key$/, 'planted'],
  [/^spec\.selector\.matchExpressions$/, []],
  [/(^|\.)spec\.serviceAccount(Name)?$/, 'default'],
  // So that controllers create no pods.
  [/^spec\.replicas$/, 0],
  [/^spec\.schedule$/, '@hourly'],
  [/^spec\.timeZone$/, 'UTC'],
];

let count = 0;

const time = '2024-05-01T10:00:00Z';

/**
 * Creates an object with every field of the client's generated model of its kind, with a unique canary in every string.
 * @param model the name of the model: `V1Pod`
 * @param identity the object's apiVersion, kind and metadata
 */
export async function maximalObject(
  model: string,
  { apiVersion, kind, metadata }: Pick<RawObject, 'apiVersion' | 'kind' | 'metadata'>,
): Promise<MaximalObject> {
  const canaries = new Map<string, string>();
  const canary = (path: string) => {
    const text = `canary-${++count}-x`;
    canaries.set(text, path);
    return text;
  };
  const plant = async (type: string, path: string, within: readonly string[]): Promise<unknown> => {
    const known = computed.find(([pattern]) => pattern.test(path));
    if (known) return known[1];
    const item = /^Array<(.*)>$/.exec(type)?.[1];
    if (item !== undefined) return [await plant(item, path, within)];
    const values = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1];
    if (values !== undefined) return { key: await plant(values, `${path}.key`, within) };
    if (type === 'string') return canary(path);
    if (type === 'number') return 1;
    if (type === 'boolean') return true;
    if (type === 'Date' || /MicroTime$/.test(type)) return time;
    if (type === 'any' || type === 'object') return { planted: canary(path) };
    if (type === 'IntOrString') return canary(path);
    if (within.includes(type)) return undefined;
    const fields = (await modelOf(type)).getAttributeTypeMap();
    const planted = fields.map(async ({ baseName, type: inner }) => {
      const field = path === '' ? baseName : `${path}.${baseName}`;
      return [baseName, await plant(inner, field, [...within, type])] as const;
    });
    return Object.fromEntries((await Promise.all(planted)).filter(([, value]) => value !== undefined));
  };
  const whole = (await plant(model, '', [])) as RawObject;
  const { managedFields, ownerReferences, finalizers, annotations } = whole.metadata as RawObject['metadata'] & {
    readonly managedFields: unknown;
  };
  const lastApplied = JSON.stringify({ data: { applied: canary('metadata.annotations.last-applied') } });
  const planted = { ...annotations, 'kubectl.kubernetes.io/last-applied-configuration': lastApplied };
  const meta = { labels: { key: canary('metadata.labels') }, finalizers, ownerReferences, managedFields, annotations: planted };
  return { object: { ...whole, apiVersion, kind, metadata: { ...meta, ...metadata } } as RawObject, canaries };
}

/** The name of the client's model of a kind: `V1Pod`; its newest beta without a stable version. */
export function modelName(apiVersion: string, kind: string): string {
  const version = /^MutatingAdmission/.test(kind) ? 'v1beta1' : (apiVersion.split('/').at(-1) ?? '');
  return `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
}

async function modelOf(type: string): Promise<Model> {
  const module: unknown = await import(`@kubernetes/client-node/dist/gen/models/${type}.js`);
  const model = (module as Readonly<Record<string, Model | undefined>>)[type];
  if (!model) throw new Error(`The client has no model ${type}.`);
  return model;
}

/** The fields whose canaries are in the text. */
export function fieldsIn(text: string, { canaries }: Pick<MaximalObject, 'canaries'>): readonly string[] {
  const found = new Set(text.match(/canary-\d+-x/g));
  return [...new Set([...canaries].flatMap(([canary, path]) => (found.has(canary) ? [path] : [])))].sort();
}
