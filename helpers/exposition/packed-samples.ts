import { writeValue } from '../go-number.ts';
import { emptyLabels } from './labels.ts';
import type { Labels } from './model.ts';

/** A label set with a value. */
export interface LabelledValue {
  readonly labels: Labels;
  readonly value: number;
}

/** The number of the empty text. As in Prometheus, an absent label counts as empty. */
export const EMPTY = 0;

const numbers = new Map<string, number>([['', EMPTY]]);
const texts: string[] = [''];

/** The number of a label's value: the same for all samples of the process, so that those of two expositions are compared by numbers. */
export function numberOf(text: string): number {
  const known = numbers.get(text);
  if (known !== undefined) return known;
  numbers.set(text, texts.length);
  return texts.push(text) - 1;
}

/** The label's value with a number, which `numberOf` has returned. */
export function textOf(number: number): string {
  return texts[number] as string;
}

/** How many values have a number: they are those below it. */
export function countOfTexts(): number {
  return texts.length;
}

/** Labels that many samples have: those of an object, numbered once. */
export interface NumberedLabels {
  /** One list for all label sets with the same names in the same order. */
  readonly names: readonly string[];
  readonly numbers: readonly number[];
}

const nameLists = new Map<string, readonly string[]>();

export function numbered(labels: Labels): NumberedLabels {
  const names = Object.keys(labels);
  const key = names.join(',');
  const known = nameLists.get(key) ?? names;
  if (known === names) nameLists.set(key, names);
  return { names: known, numbers: names.map((name) => numberOf(labels[name] as string)) };
}

/** The labels of an object for samples whose labels are all their own. */
export const noLabels = numbered({});

/** Which labels a sample has, in this order: those of its object, then the added ones that the object does not have. */
interface Shape {
  readonly own: readonly string[];
  readonly added: readonly string[];
  readonly names: readonly string[];
  /** Where each of the added labels is among the names. */
  readonly places: readonly number[];
}

/**
 * The samples of a family, packed: each label is a number, which takes about a tenth of the memory of objects with strings. They are
 * compared by these numbers; as objects, only those that are looked at are made.
 */
export class PackedSamples implements Iterable<LabelledValue> {
  readonly #shapes: Shape[] = [];
  readonly #shapesByNames = new Map<string, number>();
  #length = 0;
  #values = new Float64Array(16);
  /** The shape of each sample. */
  #shapeOf = new Int32Array(16);
  /** Where the labels of each sample begin. */
  #starts = new Int32Array(16);
  #labels = new Int32Array(64);
  #used = 0;
  /** The shape of the sample before, which most samples share. */
  #last = -1;

  static of(samples: Iterable<LabelledValue>): PackedSamples {
    const packed = new PackedSamples();
    for (const { labels, value } of samples) packed.add(noLabels, labels, value);
    return packed;
  }

  get length(): number {
    return this.#length;
  }

  /** Adds a sample with the labels of its object and further ones, which take precedence. */
  add(own: NumberedLabels, added: Labels, value: number): void {
    const shape = this.#shapeFor(own.names, added);
    const { names, places } = this.#shapes[shape] as Shape;
    const row = this.#length++;
    if (row === this.#values.length) this.#growRows();
    const start = this.#used;
    this.#used += names.length;
    if (this.#used > this.#labels.length) this.#labels = copied(this.#labels, new Int32Array(Math.ceil(this.#used * GROWTH)));
    this.#values[row] = value;
    this.#shapeOf[row] = shape;
    this.#starts[row] = start;
    for (let place = 0; place < own.numbers.length; place++) this.#labels[start + place] = own.numbers[place] as number;
    let index = 0;
    for (const name in added) this.#labels[start + (places[index++] as number)] = numberOf(added[name] as string);
  }

  /** The names of all labels that a sample has. */
  get labelNames(): ReadonlySet<string> {
    return new Set(this.#shapes.flatMap(({ names }) => names));
  }

  *[Symbol.iterator](): Generator<LabelledValue> {
    for (let row = 0; row < this.#length; row++) yield this.at(row);
  }

  /** The samples that have the label, even if it is empty. */
  *having(label: string): Generator<LabelledValue> {
    const places = this.placesOf(label);
    for (let row = 0; row < this.#length; row++) if (this.place(places, row) >= 0) yield this.at(row);
  }

  /** A sample, whose labels are made when they are read. */
  at(row: number): LabelledValue {
    return new PackedSample(this, row);
  }

  value(row: number): number {
    return this.#values[row] as number;
  }

  labels(row: number): Labels {
    const labels = emptyLabels();
    const { names } = this.#shapes[this.#shapeOf[row] as number] as Shape;
    const start = this.#starts[row] as number;
    for (let place = 0; place < names.length; place++)
      labels[names[place] as string] = textOf(this.#labels[start + place] as number);
    return labels;
  }

  /** Where a label is in samples, for `place`. */
  placesOf(label: string): readonly number[] {
    return this.#shapes.map(({ names }) => names.indexOf(label));
  }

  /** Where the label with these places is in a sample, for `number`; negative where the sample does not have it. */
  place(places: readonly number[], row: number): number {
    return places[this.#shapeOf[row] as number] as number;
  }

  /** The number of a label's value, by its place in the sample. */
  number(row: number, place: number): number {
    return this.#labels[(this.#starts[row] as number) + place] as number;
  }

  /** How many bytes the samples have in the text format, as the family of this name, with their line feeds. */
  bytes(family: string): number {
    const fixed = this.#shapes.map(({ names }) => {
      const written = names.map((name) => `${name}=""`).join(',');
      return Buffer.byteLength(names.length === 0 ? `${family} \n` : `${family}{${written}} \n`);
    });
    let bytes = 0;
    for (let row = 0; row < this.#length; row++)
      bytes += (fixed[this.#shapeOf[row] as number] as number) + writtenLength(this.value(row));
    for (let index = 0; index < this.#used; index++) bytes += escapedBytes(this.#labels[index] as number);
    return bytes;
  }

  #shapeFor(own: readonly string[], added: Labels): number {
    if (this.#last >= 0 && isShape(this.#shapes[this.#last] as Shape, own, added)) return this.#last;
    const addedNames = Object.keys(added);
    const key = `${own.join(',')};${addedNames.join(',')}`;
    this.#last = this.#shapesByNames.get(key) ?? -1;
    if (this.#last >= 0) return this.#last;
    const names = [...new Set([...own, ...addedNames])];
    this.#last = this.#shapes.push({ own, added: addedNames, names, places: addedNames.map((name) => names.indexOf(name)) }) - 1;
    this.#shapesByNames.set(key, this.#last);
    return this.#last;
  }

  #growRows(): void {
    const size = Math.ceil(this.#values.length * GROWTH);
    this.#values = copied(this.#values, new Float64Array(size));
    this.#shapeOf = copied(this.#shapeOf, new Int32Array(size));
    this.#starts = copied(this.#starts, new Int32Array(size));
  }
}

/** By how much space for samples grows: by little, as there are hundreds of families of which each has some to spare. */
const GROWTH = 1.5;

function copied<Numbers extends Int32Array | Float64Array>(from: Numbers, to: Numbers): Numbers {
  to.set(from);
  return to;
}

function isShape(shape: Shape, own: readonly string[], added: Labels): boolean {
  if (shape.own !== own) return false;
  let index = 0;
  for (const name in added) if (shape.added[index++] !== name) return false;
  return index === shape.added.length;
}

/** A sample of a table: a comparison of large clusters has a million of them, and reads the labels of few. */
class PackedSample implements LabelledValue {
  readonly #samples: PackedSamples;
  readonly #row: number;
  #labels: Labels | undefined;

  constructor(samples: PackedSamples, row: number) {
    this.#samples = samples;
    this.#row = row;
  }

  get labels(): Labels {
    this.#labels ??= this.#samples.labels(this.#row);
    return this.#labels;
  }

  get value(): number {
    return this.#samples.value(this.#row);
  }
}

/** The size of each value in the text format, by its number. */
const sizes: number[] = [];

function escapedBytes(number: number): number {
  for (let next = sizes.length; next <= number; next++) {
    const text = textOf(next);
    sizes.push(Buffer.byteLength(text) + (text.match(/[\\"\n]/g)?.length ?? 0));
  }
  return sizes[number] as number;
}

function writtenLength(value: number): number {
  return value === 0 || value === 1 ? 1 : writeValue(value).length;
}
