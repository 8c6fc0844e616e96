import { inOrderOfNeeds } from './execute.ts';

const step = (id: string, ...needs: string[]) => ({ id, file: id.split('/')[0] ?? '', needs });

/** What happened: `+` a step was begun, `-` it was over. */
async function traced(steps: readonly ReturnType<typeof step>[], width = 4): Promise<string> {
  const trace: string[] = [];
  await inOrderOfNeeds(steps, width, async ({ id }) => {
    trace.push(`+${id}`);
    await new Promise((resolve) => setImmediate(resolve));
    trace.push(`-${id}`);
  });
  return trace.join(' ');
}

test('steps of a file are done one after the other, those of several at the same time', async () => {
  expect(await traced([step('a/1'), step('a/2'), step('b/1')])).toMatch(/^\+a\/1 \+b\/1 -a\/1 .*\+a\/2/);
  expect(await traced([step('a/1'), step('b/1')], 1)).toBe('+a/1 -a/1 +b/1 -b/1');
});

test('a step waits for what it needs, and lets the next of its file pass; a need that is no step is done', async () => {
  const trace = await traced([step('a/1', 'b/1'), step('a/2'), step('b/1', 'elsewhere')]);

  expect(trace).toBe('+a/2 +b/1 -a/2 -b/1 +a/1 -a/1');
});

test('steps that need each other are an error, and so is what a step throws', async () => {
  await expect(traced([step('a/1', 'b/1'), step('b/1', 'a/1')])).rejects.toThrow('These need each other: a/1, b/1.');
  await expect(inOrderOfNeeds([step('a/1')], 1, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
});
