import { readFile } from 'node:fs/promises';
import { familyTable } from './family-table.ts';
import { tables } from './resources/index.ts';
import { widgets } from './testing/widgets.ts';

test('docs/families.md is generated from the tables (npm run families)', async () => {
  expect(await readFile(new URL('../../docs/families.md', import.meta.url), 'utf8')).toBe(familyTable(tables));
});

test('a row has the resource, the family, its type, stability and releases', () => {
  const lines = familyTable([{ ...widgets, isDefault: () => false }]).split('\n');

  expect(lines).toContain('| *widgets* | `kube_widget_weight` | gauge | STABLE | all |');
  expect(lines).toContain('| *widgets* | `kube_widget_holder` | gauge | STABLE | from 2.7 |');
  expect(lines).toContain('| *widgets* | `kube_widget_turns_total` (opt-in) | counter | STABLE | all |');
});
