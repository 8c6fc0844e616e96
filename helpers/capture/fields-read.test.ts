import { parseExporterArguments } from '../accounting/arguments.ts';
import { explainCapture } from './explain-capture.ts';
import { withFieldsRead } from './fields-read.ts';
import { recordedCapture, recordedNames } from './recorded.ts';

const captures = recordedNames().map((name) => [name, recordedCapture(name)] as const);

test.each(captures)('%s: the fields that are kept account for it exactly as the whole objects do', async (_, capture) => {
  const { exporter, args } = capture.origin;
  const options = parseExporterArguments(args);
  const objects = withFieldsRead(capture.objects, { exporter, args, options });

  const whole = await explainCapture(capture, 'text');
  const kept = await explainCapture({ ...capture, objects }, 'text');

  expect(kept.accounting).toEqual(whole.accounting);
  expect(kept.accounting.explained).toBe(kept.accounting.samples);
  expect(JSON.stringify(objects).length).toBeLessThan(JSON.stringify(capture.objects).length);
  expect(JSON.stringify(objects)).not.toMatch(/"(?:env|command|volumeMounts|livenessProbe|securityContext|caBundle|message)"/);
});
