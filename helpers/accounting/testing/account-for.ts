import { shelves, widget, widgets } from '../../catalogue/testing/widgets.ts';
import type { Exposition, Family, FamilyType, Sample } from '../../exposition/model.ts';
import { type Accounting, type AccountRequest, account } from '../account.ts';

/** An exposition with these lines: samples such as `kube_widget_weight{namespace="a",widget="w"} 4`, and `# TYPE` lines. */
export function exposition(text: string, format: Exposition['format'] = 'text'): Exposition {
  const families = new Map<string, Family & { samples: Sample[]; type: FamilyType | undefined }>();
  const family = (name: string) => {
    const known = families.get(name) ?? { name, type: undefined, help: undefined, samples: [] };
    families.set(name, known);
    return known;
  };
  let samples = 0;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line.trim()) ?? [];
    if (typed && type) {
      families.set(typed, { ...family(typed), type: type as FamilyType });
      continue;
    }
    const [, name = '', labels = '', number = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line.trim()) ?? [];
    const pairs = [...labels.matchAll(/(\w+)="([^"]*)"/g)].map(([, label = '', content = '']) => [label, content]);
    family(name).samples.push({ name, labels: Object.fromEntries(pairs), value: Number(number), line: index + 1 });
    samples += 1;
  }
  return { format, bytes: text.length, samples, families, timestamps: { count: 0 } };
}

export const HEADERS = `
# TYPE kube_widget_weight gauge
# TYPE kube_widget_owner gauge
# TYPE kube_widget_colour gauge
`;
export const WEIGHT = 'kube_widget_weight{namespace="a",widget="w"} 4';
export const OWNER =
  'kube_widget_owner{namespace="a",widget="w",owner_kind="<none>",owner_name="<none>",owner_is_controller="<none>"} 1';

/** The accounting of an exposition of `HEADERS` and these lines for one widget. */
export function accountFor(text: string, changes: Partial<AccountRequest> = {}): Accounting {
  return account({
    exposition: exposition(`${HEADERS}${text}`),
    objects: [widget('w')],
    exporter: 'v2.5.0',
    tables: [widgets, shelves],
    ...changes,
  });
}
