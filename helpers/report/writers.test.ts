import { stripVTControlCharacters } from 'node:util';
import { convert } from 'xmlbuilder2';
import { renderHtml } from './html.ts';
import { renderJunit } from './junit.ts';
import { code, renderMarkdown, text } from './markdown.ts';
import { renderOverview, renderRuns } from './overview.ts';
import { Progress } from './progress.ts';
import { renderTerminal } from './terminal.ts';
import { commandsIn, hostileTexts } from './testing/hostile-text.ts';
import { hostileReport, sampleReport } from './testing/sample-report.ts';

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that the test searches for
const forbidden = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

const cellsIn = (row: string) => row.match(/(?<!\\)\|/g)?.length;

describe.each(Object.entries(hostileTexts))('%s', (_, hostile) => {
  const report = hostileReport(hostile);

  test.each([40, 60, 72, 100, 120])('are escaped in the terminal, however the text is wrapped: %d columns', (width) => {
    expect(commandsIn(renderTerminal(report, { width, colour: false }))).toEqual([]);
  });

  test('are escaped in the terminal between the colours of the report', () => {
    const coloured = renderTerminal(report, { width: 80, colour: true });
    expect(commandsIn(stripVTControlCharacters(coloured))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the sequences that colour
    expect(coloured.replace(/\x1b\[\d+m/g, '')).toBe(renderTerminal(report, { width: 80, colour: false }));
  });

  test.each([true, false])('are escaped in the progress, a line each; at a terminal: %s', (isTTY) => {
    let written = '';
    const output = { isTTY, columns: 70, write: (more: string) => (written += more) };
    let now = 0;
    const progress = new Progress(output, { evidence: 'simulated', total: 1, now: () => now });
    progress.phase(hostile);
    progress.note(hostile);
    progress.started(hostile);
    now = 60_000;
    progress.tick();
    progress.finished({ id: 'a/b', status: 'failed', durationMs: 1, actual: hostile });
    progress.end();
    const own = written.replaceAll('\r\x1b[2K', isTTY ? '\n' : '');
    expect(commandsIn(own)).toEqual([]);
    expect(own.split('\n').filter((line) => line !== '' && !line.startsWith('[simulated] '))).toEqual([]);
  });

  test('are escaped in Markdown', () => {
    for (const page of [renderMarkdown(report), renderOverview([report]), renderRuns([report])]) {
      expect(page).not.toMatch(forbidden);
      const prose = page.replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '').replace(/(?<!\\)`[^`\n]*`/g, '');
      expect(prose).not.toMatch(/<(?!br>)|(?<!\\)[[\]]\(|(?<!\\)\[words|(?:^|\W)@\w/);
      expect(prose).not.toMatch(/^#+ words/m);
      for (const [table] of prose.matchAll(/(?:^\|.*\n)+/gm)) expect(new Set(table.trim().split('\n').map(cellsIn)).size).toBe(1);
    }
  });

  test('are escaped in HTML', () => {
    const page = renderHtml(report);
    expect(page).not.toMatch(forbidden);
    expect(page).not.toMatch(/<(?:script|img|!--)/);
  });

  test('are escaped in JUnit, which is valid XML', () => {
    const xml = renderJunit(report);
    expect(xml).not.toMatch(forbidden);
    expect(xml).not.toMatch(/[\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
    expect(() => convert(xml, { format: 'object' })).not.toThrow();
  });
});

test('a name and a value are escaped as text and as code, on one line', () => {
  expect(text('@words a@b [x](javascript:y)\n| <b>')).toBe('@&#8203;words a@b \\[x\\](javascript:y) \\| &lt;b&gt;');
  expect(code('a`b\r\n\x1b[31mc')).toBe("`a'b c`");
});

describe('what the profile does not promise', () => {
  const report = sampleReport();
  const writers = {
    terminal: renderTerminal(report, { width: 120, colour: false }),
    Markdown: renderMarkdown(report),
    HTML: renderHtml(report),
    JUnit: renderJunit(report),
  };

  test.each(Object.entries(writers))('is in the report as %s, with why it would not be met', (_, written) => {
    for (const feature of ['named-ports', 'headless-service', 'node-selector']) expect(written).toContain(feature);
    for (const words of ['would be met', 'would not be met', 'not verified']) expect(written).toContain(words);
    expect(written).toContain('dns/headless: expected only addresses of pods; actual 10.43.0.17, the cluster IP of exporter');
  });

  test('is skipped for a CI system, so that it is no failure there', () => {
    const { '@tests': tests, '@failures': failures, '@skipped': skipped } = suiteOf(writers.JUnit, 'not promised');
    expect({ tests, failures, skipped }).toEqual({ tests: '3', failures: '0', skipped: '3' });
  });

  test('is in no report of a run that did not look into it', () => {
    const { notPromised: _, ...without } = report;
    expect(renderTerminal(without, { width: 120, colour: false })).not.toContain('promised');
    for (const written of [renderMarkdown(without), renderHtml(without), renderJunit(without)])
      expect(written).not.toMatch(/not.promised/i);
  });
});

/** The attributes of a test suite in a JUnit report. */
function suiteOf(xml: string, name: string): Readonly<Record<string, string>> {
  const document = convert(xml, { format: 'object' }) as unknown as {
    readonly testsuites: { readonly testsuite: readonly Readonly<Record<string, string>>[] };
  };
  return document.testsuites.testsuite.find((suite) => suite['@name'] === name) ?? {};
}
