import { isHeaderDue, writtenType } from '../../helpers/accounting/headers.ts';
import { writeSample } from '../../helpers/accounting/series.ts';
import type { ExposedResource } from '../../helpers/catalogue/exposed.ts';
import type { Context } from '../../helpers/catalogue/table.ts';
import type { Format } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';

interface Entry {
  readonly object: KubernetesObject;
  /** The sample lines by family. */
  readonly lines: ReadonlyMap<string, string>;
}

/** The samples of one resource: rendered when an object changes, joined when scraped. */
export class ResourceCache {
  private objects = new Map<string, Entry>();
  private scrapes = 0;

  constructor(
    readonly exposed: ExposedResource,
    private readonly context: Context,
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
      return [name, rendered.join('')] as const;
    });
    this.objects.set(object.metadata.uid ?? '', { object, lines: new Map(lines) });
  }

  remove(object: KubernetesObject): void {
    this.objects.delete(object.metadata.uid ?? '');
  }

  /** Rotates the order of objects with each scrape, as the real exporter has no stable order. */
  text(format: Format): string {
    const { table, rows } = this.exposed;
    const entries = [...this.objects.values()];
    const first = entries.length === 0 ? 0 : this.scrapes % entries.length;
    this.scrapes += 1;
    const rotated = [...entries.slice(first), ...entries.slice(0, first)];
    const observed = rotated.map(({ object }) => ({ object, settled: true }));
    if (!isHeaderDue(table, observed, this.context)) return '';
    return rows
      .map((row) => {
        const type = writtenType(row.type, format, this.context);
        const header = `# HELP ${row.name} simulated\n# TYPE ${row.name} ${type}\n`;
        return header + rotated.map(({ lines }) => lines.get(row.name) ?? '').join('');
      })
      .join('');
  }
}
