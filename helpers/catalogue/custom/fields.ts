import { parseAllDocuments } from 'yaml';
import { UsageError } from '../../errors.ts';

const BOOLEANS = new Map([
  ...['true', 'yes', 'on', 'y'].map((word) => [word, true] as const),
  ...['false', 'no', 'off', 'n'].map((word) => [word, false] as const),
]);

/** The fields of a configuration in YAML, of which `origin` is the file's path or the flag's name. */
export function parseFields(text: string, origin: string): Fields {
  return fieldsOf(parseYaml(text, origin), new Place(origin, []));
}

/** The first document of a YAML text with all scalars as text, as the exporter decodes them; null stays null. */
function parseYaml(text: string, origin: string): unknown {
  const documents = parseAllDocuments(text, { schema: 'failsafe', customTags: (tags) => [...tags, 'null', 'merge'] });
  const [document] = Array.isArray(documents) ? documents : [];
  if (!document) throw new UsageError(`${origin} is empty: expected the configuration of custom resource state.`);
  const [error] = document.errors;
  if (error) throw new UsageError(`${origin} is not YAML: ${error.message.split('\n')[0]}.`);
  try {
    return document.toJS();
  } catch (cause) {
    // Such as more aliases than the library resolves.
    throw new UsageError(`${origin} cannot be read as YAML: ${(cause as Error).message}`, { cause });
  }
}

/** Where a value is in the configuration, for errors. */
class Place {
  readonly #origin: string;
  readonly #keys: readonly string[];

  constructor(origin: string, keys: readonly string[]) {
    this.#origin = origin;
    this.#keys = keys;
  }

  within(key: string): Place {
    return new Place(this.#origin, [...this.#keys, key]);
  }

  error(problem: string): UsageError {
    const path = this.#keys.join('.').replaceAll('.[', '[');
    return new UsageError(`${this.#origin}: ${path || 'the configuration'} ${problem}; the exporter does not accept it.`);
  }
}

/** A mapping of the configuration; a key that is missing or null has the empty value of its type. */
export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #place: Place;

  constructor(values: Readonly<Record<string, unknown>>, place: Place) {
    this.#values = values;
    this.#place = place;
  }

  refuse(key: string, problem: string): UsageError {
    return this.#place.within(key).error(problem);
  }

  fields(key: string): Fields {
    return fieldsOf(this.#values[key] ?? {}, this.#place.within(key));
  }

  required(key: string): Fields {
    if ((this.#values[key] ?? null) === null) throw this.refuse(key, 'is missing: expected the fields of the metric');
    return this.fields(key);
  }

  items(key: string): readonly Fields[] {
    return this.#list(key).map((item, index) => fieldsOf(item ?? {}, this.#place.within(key).within(`[${index}]`)));
  }

  list(key: string): readonly string[] {
    return this.#list(key).map((item, index) => textOf(item ?? '', this.#place.within(key).within(`[${index}]`)));
  }

  text(key: string): string {
    return this.optionalText(key) ?? '';
  }

  optionalText(key: string): string | undefined {
    const value = this.#values[key] ?? undefined;
    return value === undefined ? undefined : textOf(value, this.#place.within(key));
  }

  flag(key: string): boolean {
    const text = this.text(key);
    const flag = text === '' ? false : BOOLEANS.get(text.toLowerCase());
    if (flag === undefined) throw this.refuse(key, `is "${text}": expected true or false`);
    return flag;
  }

  wholeNumber(key: string): void {
    const text = this.text(key);
    if (text !== '' && !/^[-+]?\d+$/.test(text)) throw this.refuse(key, `is "${text}": expected a whole number`);
  }

  texts(key: string): ReadonlyMap<string, string> {
    const values = this.fields(key);
    return new Map(values.keys().map((name) => [name, values.text(name)]));
  }

  paths(key: string): ReadonlyMap<string, readonly string[]> {
    const values = this.fields(key);
    return new Map(values.keys().map((name) => [name, values.path(name)]));
  }

  path(key: string): readonly string[] {
    const path = this.list(key);
    const invalid = path.find((part) => isInBrackets(part) && !part.includes('='));
    if (invalid !== undefined) throw this.refuse(key, `has "${invalid}": expected [key=value] for an item of a list`);
    return path;
  }

  keys(): readonly string[] {
    return Object.keys(this.#values);
  }

  #list(key: string): readonly unknown[] {
    const value = this.#values[key] ?? [];
    if (!Array.isArray(value)) throw this.refuse(key, `is ${inWords(value)}: expected a list`);
    return value;
  }
}

function fieldsOf(value: unknown, place: Place): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new Fields({ ...value }, place);
  throw place.error(`is ${inWords(value)}: expected a mapping`);
}

function textOf(value: unknown, place: Place): string {
  if (typeof value === 'string') return value;
  throw place.error(`is ${inWords(value)}: expected text`);
}

function inWords(value: unknown): string {
  if (typeof value === 'string') return `"${value}"`;
  return Array.isArray(value) ? 'a list' : value === null ? 'empty' : 'a mapping';
}

/** Whether a part of a path selects an item of a list: `[key=value]`. */
export function isInBrackets(part: string): boolean {
  return part.length > 1 && part.startsWith('[') && part.endsWith(']');
}
