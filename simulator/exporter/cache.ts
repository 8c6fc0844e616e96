import type { ExposedResource } from '../../helpers/accounting/exposed.ts';
import { isHeaderDue, writtenType } from '../../helpers/accounting/headers.ts';
import { writeSample } from '../../helpers/accounting/series.ts';
import type { Context } from '../../helpers/accounting/table.ts';
import type { Format } from '../../helpers/exposition/model.ts';
import type { KubernetesObject } from '../../helpers/kube/object.ts';

interface Kept {
  readonly object: KubernetesObject;
  /** The lines of each family. */
  readonly lines: ReadonlyMap<string, string>;
}

/** What the exporter says of one resource: written when an object changes, and only put together when it is asked. */
export class ResourceCache {
  private objects = new Map<string, Kept>();
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
      const written = samples(object, this.context).map(
        (one) => `${writeSample(name, { ...labels, ...one.labels }, one.value)}\n`,
      );
      return [name, written.join('')] as const;
    });
    this.objects.set(object.metadata.uid ?? '', { object, lines: new Map(lines) });
  }

  remove(object: KubernetesObject): void {
    this.objects.delete(object.metadata.uid ?? '');
  }

  /** The real exporter goes over its objects in no order that lasts either: each scrape begins with another one. */
  text(format: Format): string {
    const { table, rows } = this.exposed;
    const all = [...this.objects.values()];
    const first = all.length === 0 ? 0 : this.scrapes % all.length;
    this.scrapes += 1;
    const kept = [...all.slice(first), ...all.slice(0, first)];
    const observed = kept.map(({ object }) => ({ object, settled: true }));
    if (!isHeaderDue(table, observed, this.context)) return '';
    return rows
      .map((row) => {
        const type = writtenType(row.type, format, this.context);
        const header = `# HELP ${row.name} simulated\n# TYPE ${row.name} ${type}\n`;
        return header + kept.map(({ lines }) => lines.get(row.name) ?? '').join('');
      })
      .join('');
  }
}
