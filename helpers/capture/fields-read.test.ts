import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { explain } from '../account/explain.ts';
import { type Capture, readCapture, writeCapture } from './capture.ts';
import { explainCapture } from './explain-capture.ts';
import { recordedCapture, recordedNames } from './recorded.ts';

const captures = recordedNames().map((name) => [name, recordedCapture(name)] as const);

/** Writes a capture anew, with the fields that are kept now. */
async function rewritten<T>(capture: Capture, use: (directory: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'fields-'));
  try {
    writeCapture(directory, capture);
    return await use(directory);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

test.each(captures)('%s: the fields that are kept account for it exactly as the whole objects do', async (_, capture) => {
  const kept = await rewritten(capture, readCapture);
  const { accounting } = await explainCapture(kept, 'text');

  expect(accounting).toEqual((await explainCapture(capture, 'text')).accounting);
  expect(accounting.explained).toBe(accounting.samples);
  expect(kept.objects).toHaveLength(capture.objects.length);
  expect(JSON.stringify(kept.objects)).not.toMatch(
    /"(?:env|command|volumeMounts|livenessProbe|securityContext|caBundle|message)"/,
  );
});

test.each(captures.filter(([, { origin }]) => origin.args.length > 0))(
  '%s: its files alone say what the exporter was started with, to npm run account as well',
  async (_, capture) => {
    const { accounting, exporter } = await rewritten(capture, (directory) =>
      explain({
        objects: [join(directory, 'objects.jsonl.gz')],
        metrics: join(directory, 'metrics.txt.gz'),
        json: false,
        limit: 20,
        maxBytes: 1024 ** 3,
      }),
    );

    expect(exporter).toBe(capture.origin.exporter);
    expect(accounting).toMatchObject({ missing: [], unexplained: [], unequal: [] });
  },
);
