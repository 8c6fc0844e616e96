import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { redactingStream } from './stream.ts';
import { planted } from './testing/planted.ts';

test('a secret is taken out however it is cut into pieces', async () => {
  const whole = `${Object.values(planted)
    .map((each) => each.text)
    .join('\n')}\nthe end, é`;
  for (const size of [1, 7, 4096]) {
    const bytes = Buffer.from(whole);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
      bytes.subarray(index * size, (index + 1) * size),
    );
    const passed = await text(Readable.from(pieces).pipe(redactingStream()));

    expect(Object.values(planted).filter(({ secret }) => passed.includes(secret))).toEqual([]);
    expect(passed).toMatch(/\nthe end, é$/);
  }
});
