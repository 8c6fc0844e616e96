const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/** The maximum of bytes outside the items: more has no list. */
const MAX_REST = 1024 * 1024;

/**
 * Splits a JSON document with a list of objects into its items, whatever its size: only one item is in memory at a time.
 * @param onItem called with the text of each item
 * @returns the document without its items: `{"kind":"PodList","items":[]}`; undefined if it is no object with a field `items`, or if it
 * ends before its end
 */
export function splitItems(chunks: Iterable<Buffer>, onItem: (text: string) => void): string | undefined {
  const splitter = new ItemSplitter(onItem);
  for (const chunk of chunks) if (!splitter.write(chunk)) return undefined;
  return splitter.rest;
}

class ItemSplitter {
  readonly #onItem: (text: string) => void;
  #rest = '';
  #item: Buffer[] = [];
  #itemLength = 0;
  #depth = 0;
  #inString = false;
  #isEscaped = false;
  #inItems = false;
  #hasItems = false;
  /** The string that ended last, outside the items: the name of the field whose value follows. */
  #stringStart = 0;
  #field = '';

  constructor(onItem: (text: string) => void) {
    this.#onItem = onItem;
  }

  get rest(): string | undefined {
    return this.#hasItems && !this.#inItems && this.#depth === 0 ? this.#rest : undefined;
  }

  /** Returns whether the document may still be a list. */
  write(chunk: Buffer): boolean {
    let start = 0;
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] as number;
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false;
        else if (byte === BACKSLASH) this.#isEscaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          if (!this.#inItems && this.#depth === 1) {
            this.#keep(chunk, start, at + 1);
            start = at + 1;
            this.#field = this.#rest.slice(this.#stringStart);
          }
        }
        continue;
      }
      if (byte === QUOTE) {
        this.#inString = true;
        if (!this.#inItems && this.#depth === 1) {
          this.#keep(chunk, start, at);
          start = at;
          this.#stringStart = this.#rest.length;
        }
      } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
        this.#depth += 1;
        if (this.#inItems || this.#depth !== 2 || byte !== OPENING_BRACKET || this.#field !== '"items"') continue;
        this.#keep(chunk, start, at + 1);
        start = at + 1;
        this.#inItems = true;
        this.#hasItems = true;
      } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
        this.#depth -= 1;
        if (!this.#inItems || this.#depth !== 1) continue;
        this.#endItem(chunk, start, at);
        start = at;
        this.#inItems = false;
      } else if (byte === COMMA && this.#inItems && this.#depth === 2) {
        this.#endItem(chunk, start, at);
        start = at + 1;
      }
    }
    if (!this.#inItems) this.#keep(chunk, start, chunk.length);
    else this.#add(Buffer.from(chunk.subarray(start)));
    return this.#rest.length <= MAX_REST;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    this.#rest += chunk.toString('latin1', start, end);
  }

  #add(part: Buffer): void {
    this.#item.push(part);
    this.#itemLength += part.length;
  }

  #endItem(chunk: Buffer, start: number, end: number): void {
    this.#add(chunk.subarray(start, end));
    const text = Buffer.concat(this.#item, this.#itemLength).toString('utf8').trim();
    this.#item = [];
    this.#itemLength = 0;
    if (text !== '') this.#onItem(text);
  }
}
