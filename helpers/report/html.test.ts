import { renderHtml } from './html.ts';
import { conformantReport, hostileReport, sampleReport } from './testing/sample-report.ts';

test('the page is self-contained: no script, no network, no other file', () => {
  const page = renderHtml(sampleReport());
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|https?:\/\//i);
});

test('the verdict is the only first heading, and stands before everything else in the page', () => {
  const page = renderHtml(sampleReport());
  expect([...page.matchAll(/<h1[^>]*>(\w+)/g)].map(([, verdict]) => verdict)).toEqual(['nonconformant']);
  expect(page.indexOf('<h1')).toBeLessThan(page.indexOf('<h2'));
});

test('failures come first, then what they block, known issues, what is not promised, the areas and the time', () => {
  const titles = [...renderHtml(sampleReport()).matchAll(/<h2 id="([\w-]+)"/g)].map(([, id]) => id);
  expect(titles).toEqual(['failures', 'blocked', 'known-issues', 'absent-known-issues', 'not-promised', 'areas', 'phases']);
});

test('findings of level must come before a recommendation that is not followed', () => {
  const ids = [...renderHtml(sampleReport()).matchAll(/<h3>([^<]+)/g)].map(([, id]) => id);
  expect(ids).toEqual(['scheduling/tolerates-control-plane', 'access/denies-writes', 'hardening/read-only-root']);
});

test('every requirement is in its area’s table, with the reason of one that does not apply', () => {
  const report = sampleReport();
  const page = renderHtml(report);
  const rows = [...page.matchAll(/<th scope="row">([^<]+)/g)].map(([, id]) => id);
  expect(rows.sort()).toEqual(report.requirements.map(({ id }) => id).sort());
  expect(page).toContain('the cluster has one node');
});

test('the areas with a failure are open, the others closed, and each has its number of passed requirements', () => {
  const page = renderHtml(sampleReport());
  expect([...page.matchAll(/<details open><summary>(\w+)/g)].map(([, area]) => area)).toEqual([
    'scheduling',
    'probes',
    'hardening',
    'access',
  ]);
  expect(page).toContain('<details><summary>manifests <small>3 passed</small>');
});

test('the timeline has a line for each area, with a bar for each requirement from its start', () => {
  const requirements = sampleReport().requirements.slice(0, 3);
  const startedAt = ['2025-03-14T09:27:00.000Z', '2025-03-14T09:27:05.000Z'];
  const page = renderHtml(
    sampleReport({
      startedAt: '2025-03-14T09:27:00.000Z',
      phases: [{ name: 'verifying', startedAt: '2025-03-14T09:27:00.000Z', durationMs: 10_000 }],
      requirements: requirements.map((each, index) => ({
        ...each,
        ...(startedAt[index] && { startedAt: startedAt[index] }),
        durationMs: 2500,
      })),
    }),
  );
  const bars = [...page.matchAll(/left:([\d.]+%);width:([\d.]+%)" title="([^,"]+)/g)].map(([, left, width, title]) => ({
    left,
    width,
    title,
  }));

  expect(bars).toEqual([
    { left: '0.00%', width: '100.00%', title: 'verifying: 10.0 s' },
    { left: '0.00%', width: '25.00%', title: 'manifests/renders-as-documented' },
    { left: '50.00%', width: '25.00%', title: 'manifests/accepted-by-the-api-server' },
  ]);
});

test('a report without times, as an older release wrote it, has no timeline', () => {
  expect(renderHtml(sampleReport())).not.toContain('id="timeline"');
});

describe('for a screen reader, the page', () => {
  const page = renderHtml(sampleReport());

  test('has a language, landmarks, and a link past the header', () => {
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

  test('has a heading for every link within it', () => {
    const targets = [...page.matchAll(/href="#([\w-]+)"/g)].map(([, id]) => id);
    expect(targets.length).toBeGreaterThan(5);
    expect(targets.filter((id) => !page.includes(`id="${id}"`))).toEqual([]);
  });

  test('has a scope for every table header, and a word for each result', () => {
    expect(page).not.toMatch(/<th(?! scope="(col|row)")[ >]/);
    expect(page).toContain('✗ should, but fails');
  });
});

test('a text that is long enough to scroll can be scrolled with the keyboard', () => {
  const [, , , failure] = sampleReport().requirements;
  if (!failure) throw new Error('The sample has no fourth requirement.');
  const page = renderHtml(sampleReport({ requirements: [{ ...failure, actual: 'a line\n'.repeat(40) }] }));
  expect(page).toContain('<pre tabindex="0" role="region" aria-label="actual">');
});

test('an observation is escaped', () => {
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

test('on the simulated cluster the verdict, its sentence and every result are marked', () => {
  const page = renderHtml(sampleReport({ evidence: 'simulated' }));
  expect(page).toContain('Simulated: no real cluster was involved');
  expect(page).toMatch(/<h1[^>]*>nonconformant<span> \(simulated\)/);
  const results = [...page.matchAll(/<td class="[^"]*">([^<]+)/g)].map(([, text]) => text ?? '');
  expect(results).toHaveLength(24);
  const areas = [...page.matchAll(/<small>(\d+ passed[^<]*)/g)].map(([, text]) => text ?? '');
  expect(areas).toHaveLength(10);
  expect([...results, ...areas].filter((text) => !text.endsWith('(simulated)'))).toEqual([]);
});

test('leftovers are listed', () => {
  expect(renderHtml(conformantReport({ leftovers: ['container conformance-1'] }))).toContain(
    '<code>container conformance-1</code>',
  );
});

test('a finding lists the failures that it causes, with their sentence and evidence, and how many requirements it blocks', () => {
  const page = renderHtml(sampleReport());
  const article = page.slice(page.indexOf('<h3>scheduling/tolerates-control-plane'), page.indexOf('</article>'));
  expect(article).toContain('It causes 1 more failure:');
  expect(article).toContain('<b>probes/readiness-gates</b>');
  expect(article).toContain('A pod whose readiness probe fails gets no DNS record.');
  expect(article).toContain('a copy of the exporter on server');
  expect(article).toContain('It blocks 1 requirement.');
  expect(page).toContain('<p class="warn">Caused by scheduling/tolerates-control-plane</p>');
});
