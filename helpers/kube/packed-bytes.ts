import { setImmediate as nextTurn } from 'node:timers/promises';
import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** The number of bytes that are packed at once. */
const PACK = 2 ** 22;

/**
 * Bytes that are packed while they arrive, which takes a tenth of the memory: the exposition of a large cluster has hundreds of
 * megabytes. They can be iterated over as often as needed, a part at a time. Few bytes are not packed.
 */
export class PackedBytes implements AsyncIterable<Uint8Array> {
  readonly #packed: Buffer[] = [];
  #rest: Buffer[] = [];
  #restLength = 0;
  #length = 0;

  static of(bytes: Buffer): PackedBytes {
    const packed = new PackedBytes();
    for (let at = 0; at < bytes.length; at += PACK) packed.add(bytes.subarray(at, at + PACK));
    return packed;
  }

  /** The number of bytes before they were packed. */
  get length(): number {
    return this.#length;
  }

  add(part: Buffer): void {
    this.#length += part.length;
    this.#restLength += part.length;
    this.#rest.push(part);
    if (this.#restLength < PACK) return;
    this.#packed.push(deflateRawSync(Buffer.concat(this.#rest, this.#restLength), { level: 1 }));
    this.#rest = [];
    this.#restLength = 0;
  }

  /** The first bytes as text: of an answer that is no exposition, all. */
  get beginning(): string {
    const [first] = this.#packed;
    return (first ? inflateRawSync(first) : this.#unpackedRest()).toString('utf8');
  }

  /** All bytes, unpacked. */
  toBuffer(): Buffer {
    return Buffer.concat([...this.#packed.map((part) => inflateRawSync(part)), ...this.#rest], this.#length);
  }

  /** Other work of the process goes on between two parts. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (const part of this.#packed) {
      yield inflateRawSync(part);
      await nextTurn();
    }
    if (this.#restLength > 0) yield this.#unpackedRest();
  }

  #unpackedRest(): Buffer {
    const bytes = this.#rest.length === 1 && this.#rest[0] ? this.#rest[0] : Buffer.concat(this.#rest, this.#restLength);
    this.#rest = [bytes];
    return bytes;
  }
}
