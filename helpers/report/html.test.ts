import { renderHtml } from './html.ts';
import { hostileReport } from './testing/hostile-report.ts';
import { conformantReport, sampleReport } from './testing/sample-report.ts';

test('the page needs no script, no network and no other file', () => {
  const page = renderHtml(sampleReport());
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//i);
});

test('the verdict is the only first heading, and stands before everything else in the page', () => {
  const page = renderHtml(sampleReport());
  expect([...page.matchAll(/<h1[^>]*>(\w+)/g)].map(([, verdict]) => verdict)).toEqual(['nonconformant']);
  expect(page.indexOf('<h1')).toBeLessThan(page.indexOf('<h2'));
});

test('failures come first, then known issues and what was skipped, then the areas, then the time', () => {
  const titles = [...renderHtml(sampleReport()).matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id);
  expect(titles).toEqual(['failures', 'known-issues', 'absent-known-issues', 'skipped', 'areas', 'phases']);
});

test('what broke conformance comes before a recommendation that is not followed', () => {
  const ids = [...renderHtml(sampleReport()).matchAll(/<h3>([^<]+)/g)].map(([, id]) => id);
  expect(ids).toEqual(['scheduling/tolerates-control-plane', 'access/denies-writes', 'hardening/read-only-root']);
});

test('every requirement is in its area’s table, and the reason of one that does not apply is told', () => {
  const report = sampleReport();
  const page = renderHtml(report);
  const rows = [...page.matchAll(/<th scope="row">([^<]+)/g)].map(([, id]) => id);
  expect(rows.sort()).toEqual(report.requirements.map(({ id }) => id).sort());
  expect(page).toContain('the cluster has one node');
});

test('the areas with a failure are open, the others closed, and each says how many passed', () => {
  const page = renderHtml(sampleReport());
  expect([...page.matchAll(/<details open><summary>(\w+)/g)].map(([, area]) => area)).toEqual([
    'scheduling',
    'hardening',
    'access',
  ]);
  expect(page).toContain('<details><summary>manifests <small>3 passed</small>');
});

describe('somebody who does not see the page', () => {
  const page = renderHtml(sampleReport());

  test('finds its language, its landmarks, and a link past the header', () => {
    for (const landmark of [
      '<html lang="en">',
      '<header>',
      '<main id="content">',
      '<nav aria-label=',
      '<footer>',
      'href="#content"',
    ]) {
      expect(page).toContain(landmark);
    }
  });

  test('reaches a heading with every link of the page', () => {
    const targets = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
  });

  test('hears the scope of every table header, and each result as a word', () => {
    expect(page).not.toMatch(/<th(?! scope="(col|row)")[ >]/);
    expect(page).toContain('✗ should, but fails');
  });
});

test('a text that is long enough to scroll can be reached with the keyboard', () => {
  const [, , , failure] = sampleReport().requirements;
  if (!failure) throw new Error('The sample has no fourth requirement.');
  const page = renderHtml(sampleReport({ requirements: [{ ...failure, actual: 'a line\n'.repeat(40) }] }));
  expect(page).toContain('<pre tabindex="0" role="region" aria-label="actual">');
});

test('what was observed is text, whatever it contains', () => {
  const page = renderHtml(hostileReport());
  expect(page).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;');
  expect(page).not.toContain('<script');
  expect(page).not.toContain('\x1b');
});

test('a conformant run has no section of failures', () => {
  const page = renderHtml(conformantReport());
  expect(page).toContain('<h1 class="passed">conformant');
  expect(page).not.toContain('id="failures"');
});

test('on the simulated cluster the verdict, its sentence and every result say so', () => {
  const page = renderHtml(sampleReport({ evidence: 'simulated' }));
  expect(page).toContain('Simulated: no real cluster took part');
  expect(page).toMatch(/<h1[^>]*>nonconformant<span> \(simulated\)/);
  const results = [...page.matchAll(/<td class="[^"]*">([^<]+)/g)].map(([, text]) => text ?? '');
  expect(results).toHaveLength(23);
  const areas = [...page.matchAll(/<small>(\d+ passed[^<]*)/g)].map(([, text]) => text ?? '');
  expect(areas).toHaveLength(10);
  expect([...results, ...areas].filter((text) => !text.endsWith('(simulated)'))).toEqual([]);
});

test('what could not be removed is told', () => {
  expect(renderHtml(conformantReport({ leftovers: ['container conformance-1'] }))).toContain(
    '<code>container conformance-1</code>',
  );
});
