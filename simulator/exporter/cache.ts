import { isHeaderDue, writtenType } from '../../helpers/accounting/headers.ts';
import { writeSample } from '../../helpers/accounting/series.ts';
import type { ExposedResource } from '../../helpers/catalogue/exposed.ts';
import type { Context } from '../../helpers/catalogue/table.ts';
import type { Format } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';

interface Entry {
  readonly object: KubernetesObject;
  /** The sample lines of each family, in the order of the rows. */
  readonly lines: readonly string[];
}

/** The sample lines of the objects that are exposed, joined in their order. */
interface Joined {
  readonly entries: readonly Entry[];
  /** Of each family: its sample lines, and where those of each object begin. */
  readonly families: readonly { readonly text: string; readonly starts: readonly number[] }[];
}

/** The samples of one resource: rendered when an object changes, joined by the first scrape that follows. */
export class ResourceCache {
  private objects = new Map<string, Entry>();
  private joined: Joined = { entries: [], families: [] };
  private scrapes = 0;

  /** @param copies how often each sample is exposed */
  constructor(
    readonly exposed: ExposedResource,
    private readonly context: Context,
    /** Whether an object belongs to the exporter's share at the moment. */
    private readonly isSelected: (object: KubernetesObject) => boolean,
    private readonly copies: number,
  ) {}

  replace(objects: readonly KubernetesObject[], namespace: string | undefined): void {
    for (const [uid, { object }] of this.objects) {
      if (namespace === undefined || object.metadata.namespace === namespace) this.objects.delete(uid);
    }
    for (const object of objects) this.put(object);
  }

  put(object: KubernetesObject): void {
    const { table, rows } = this.exposed;
    const labels = table.labels(object, this.context);
    const lines = rows.map(({ name, samples }) => {
      const rendered = samples(object, this.context).map(
        (sample) => `${writeSample(name, { ...labels, ...sample.labels }, sample.value)}\n`,
      );
      return rendered.join('');
    });
    this.objects.set(object.metadata.uid ?? '', { object, lines });
  }

  remove(object: KubernetesObject): void {
    this.objects.delete(object.metadata.uid ?? '');
  }

  /** Rotates the order of objects with each scrape, as the real exporter has no stable order. */
  text(format: Format): string {
    const { table, rows } = this.exposed;
    const entries = [...this.objects.values()].filter(({ object }) => this.isSelected(object));
    const observed = entries.map(({ object }) => ({ object, settled: true }));
    if (!isHeaderDue(table, observed, this.context)) return '';
    if (!isSameList(entries, this.joined.entries)) this.joined = this.join(entries);
    const first = entries.length === 0 ? 0 : this.scrapes % entries.length;
    this.scrapes += 1;
    let text = '';
    for (const [index, { name, type }] of rows.entries()) {
      text += `# HELP ${name} simulated\n# TYPE ${name} ${writtenType(type, format, this.context)}\n`;
      const family = this.joined.families[index];
      const start = family?.starts[first] ?? 0;
      if (family) text += family.text.slice(start) + family.text.slice(0, start);
    }
    return text;
  }

  private join(entries: readonly Entry[]): Joined {
    const families = this.exposed.rows.map((_, index) => {
      const starts: number[] = [];
      let text = '';
      for (const { lines } of entries) {
        starts.push(text.length);
        text += (lines[index] ?? '').repeat(this.copies);
      }
      return { text, starts };
    });
    return { entries, families };
  }
}

function isSameList<T>(left: readonly T[], right: readonly T[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
