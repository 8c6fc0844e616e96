import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { type Document, isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { tables } from '../catalogue/resources/index.ts';
import { UsageError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { packageDirectory } from '../source.ts';
import { type Feature, features, type Profile, type ProfileName, profileNames, profiles, type Taint } from './profile.ts';

/** A profile file as docs/profile.schema.json has it. */
export interface ProfileFile
  extends Pick<Profile['promises'], 'labels' | 'ports' | 'user' | 'resources' | 'exposes' | 'sharding' | 'scraperLabels'> {
  readonly name?: string;
  readonly extends: ProfileName;
  readonly features?: Readonly<Partial<Record<Feature, boolean>>>;
  readonly taint?: Taint;
  readonly permissions?: Partial<Profile['permissions']>;
  readonly clusterDomain?: string;
}

/** The features whose promise is a value of the file: each with the path of that value. */
const values: readonly { readonly feature: Feature; readonly path: readonly string[] }[] = [
  { feature: 'tainted-control-plane', path: ['taint'] },
  { feature: 'named-ports', path: ['ports', 'metrics'] },
  { feature: 'telemetry-port', path: ['ports', 'telemetry'] },
  { feature: 'common-labels', path: ['labels'] },
  { feature: 'resource-limits', path: ['resources'] },
  { feature: 'sharding', path: ['sharding'] },
  { feature: 'default-resources', path: ['exposes'] },
  { feature: 'hardened-container', path: ['user'] },
  { feature: 'least-privilege', path: ['permissions'] },
];

const resources = tables.map(({ resource }) => resource);

/**
 * The profile of `--profile`.
 * @param choice the name of a built-in profile, or the path of a YAML file; undefined for what every exporter must do
 * @throws a UsageError, one sentence, with the nearest name, and for a file with its path and line
 */
export async function profileOf(choice: string | undefined): Promise<Profile> {
  const builtIn = profileNames.find((name) => name === (choice ?? 'core'));
  if (builtIn !== undefined || choice === undefined) return profiles[builtIn ?? 'core'];
  const text = await readFile(choice, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw new UsageError(`The profile ${choice} cannot be read: ${error.message}.`);
    throw new UsageError(
      `There is no profile or file "${choice}"${didYouMean(choice, profileNames)} The profiles are ${profileNames.join(', ')}.`,
    );
  });
  return parseProfile(text, choice, await profileValidator());
}

/** Returns the validation of docs/profile.schema.json. */
export async function profileValidator(): Promise<ValidateFunction<ProfileFile>> {
  const schema: object = JSON.parse(await readFile(new URL('docs/profile.schema.json', packageDirectory), 'utf8'));
  // Few runs have a profile file, and loading this takes a tenth of the start of each process.
  const { Ajv } = await import('ajv');
  return new Ajv({ strict: false, verbose: true }).compile<ProfileFile>(schema);
}

/**
 * The profile of a file's content.
 * @param path for errors, and for the name of a profile without one
 * @param validate from profileValidator
 * @throws a UsageError with path and line for what is no YAML, does not satisfy the schema, or promises what it has no value for
 */
export function parseProfile(text: string, path: string, validate: ValidateFunction<ProfileFile>): Profile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const refuse = (at: number, sentence: string): never => {
    throw new UsageError(`${path}:${lines.linePos(at).line || 1}: ${sentence}`);
  };
  const [syntax] = document.errors;
  if (syntax) refuse(syntax.pos[0], `This is not valid YAML: ${syntax.message.replace(/\.?$/, '')}.`);
  const content: unknown = document.toJS();
  if (!validate(content)) {
    const [error] = validate.errors ?? [];
    if (error) refuse(positionOf(document, placeOf(error)), sentenceOf(error, content));
    throw new UsageError(`${path} does not satisfy docs/profile.schema.json.`);
  }
  const unknown = content.exposes?.find((resource) => !resources.includes(resource));
  if (unknown !== undefined)
    refuse(
      positionOf(document, ['exposes']),
      `exposes has "${unknown}", which is not a resource of --resources${didYouMean(unknown, resources)}`,
    );
  const profile = merge(content, basename(path, extname(path)));
  for (const { feature, path: place } of values) {
    const isPromised = profile.features.includes(feature);
    const inFile = valueAt(content, place) !== undefined;
    if (inFile && !isPromised) {
      refuse(
        positionOf(document, place),
        `${place.join('.')} has no meaning, as the profile does not promise ${feature}: add it to features, or remove it.`,
      );
    }
    if (isPromised && !hasValue(profile, feature)) {
      refuse(
        positionOf(document, ['features', feature]),
        `${feature} is promised without a value: set ${place.join('.')}, as the profile ${content.extends} has none.`,
      );
    }
  }
  return profile;
}

/** The promises of the file over those that it extends; what a feature promises that is switched off is dropped with it. */
function merge(file: ProfileFile, fallbackName: string): Profile {
  const base: Profile = profiles[file.extends];
  const promised = (Object.keys(features) as readonly Feature[]).filter(
    (feature) => file.features?.[feature] ?? base.features.includes(feature),
  );
  const over = <T>(feature: Feature, own: T | undefined, extended: T | undefined) =>
    promised.includes(feature) ? (own ?? extended) : undefined;
  const { promises, cluster, permissions } = base;
  const ownToleration = file.taint && { key: file.taint.key, operator: 'Exists' as const, effect: file.taint.effect };
  const [taint, toleration] = [
    over('tainted-control-plane', file.taint, cluster.taint),
    over('tainted-control-plane', ownToleration, promises.toleration),
  ];
  const metrics = over('named-ports', file.ports?.metrics, promises.ports?.metrics);
  const telemetry = over('telemetry-port', file.ports?.telemetry, promises.ports?.telemetry);
  const labels = over('common-labels', file.labels, promises.labels);
  const resources = over('resource-limits', file.resources, promises.resources);
  const user = over('hardened-container', file.user, promises.user);
  const exposes = over('default-resources', file.exposes, promises.exposes);
  const sharding = over('sharding', file.sharding, promises.sharding);
  const scraperLabels = file.scraperLabels ?? promises.scraperLabels;
  return {
    name: file.name ?? fallbackName,
    features: promised,
    cluster: { domain: file.clusterDomain ?? cluster.domain, ...(taint && { taint }) },
    permissions: { ...permissions, ...file.permissions },
    promises: {
      ...(toleration && { toleration }),
      ...(labels && { labels }),
      ports: { ...(metrics && { metrics }), ...(telemetry && { telemetry }) },
      ...(user !== undefined && { user }),
      ...(resources && { resources }),
      ...(exposes && { exposes }),
      ...(sharding && { sharding }),
      ...(scraperLabels && { scraperLabels }),
    },
  };
}

function hasValue({ cluster, promises }: Profile, feature: Feature): boolean {
  const { ports, labels, resources, sharding } = promises;
  const has: Partial<Record<Feature, unknown>> = {
    'tainted-control-plane': cluster.taint,
    'named-ports': ports?.metrics,
    'telemetry-port': ports?.telemetry,
    'common-labels': labels,
    'resource-limits': resources,
    sharding,
  };
  return !(feature in has) || has[feature] !== undefined;
}

function valueAt(content: object, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Readonly<Record<string, unknown>> | undefined)?.[key], content);
}

/** The keys that lead to what an error is about. */
function placeOf({ instancePath, keyword, params }: ErrorObject): readonly string[] {
  const keys = instancePath
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
  return keyword === 'additionalProperties' ? [...keys, params.additionalProperty as string] : keys;
}

/** Where the last key of a path begins in the text; of a key that is missing, where the nearest one before it begins. */
function positionOf({ contents }: Document, path: readonly string[]): number {
  let [node, position]: [unknown, number] = [contents, 0];
  for (const key of path) {
    const pair = isMap(node) ? node.items.find((item) => isScalar(item.key) && String(item.key.value) === key) : undefined;
    if (!pair || !isScalar(pair.key)) break;
    [node, position] = [pair.value, pair.key.range?.[0] ?? position];
  }
  return position;
}

function sentenceOf(error: ErrorObject, content: unknown): string {
  const { instancePath, keyword, params, message = '' } = error;
  const place = placeOf(error);
  const name = place.join('.') || 'the file';
  const own = (parent: object | undefined) => Object.keys((parent as { readonly properties?: object })?.properties ?? {});
  switch (keyword) {
    case 'additionalProperties': {
      const unknown = place.at(-1) ?? '';
      const isFeature = instancePath === '/features';
      const where = isFeature ? 'feature' : `key${instancePath === '' ? '' : ` of ${place.slice(0, -1).join('.')}`}`;
      return `"${unknown}" is not a ${where}${didYouMean(unknown, own(error.parentSchema))}`;
    }
    case 'enum': {
      const allowed = (params.allowedValues as readonly unknown[]).map(String);
      const actual = String(valueAt(content as object, place));
      return `${name} is "${actual}": expected ${allowed.join(', ')}${didYouMean(actual, allowed)}`;
    }
    case 'type': {
      const actual = valueAt(content as object, place);
      const kind = actual === null ? 'empty' : Array.isArray(actual) ? 'a list' : typeof actual;
      return `${name} is ${kind}: expected ${params.type}.`;
    }
    case 'required':
      return `${name} has no ${params.missingProperty}, which it must have.`;
    default:
      return `${name} ${message}.`;
  }
}
