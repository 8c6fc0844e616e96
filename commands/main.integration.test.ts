import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCommand } from './testing/command.ts';

const commands = readdirSync('commands').filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.test.ts') && name !== 'main.ts',
);

test('every command runs through the one that decides how it ends', () => {
  expect(commands.length).toBeGreaterThan(10);
  const others = commands.filter((name) => {
    const text = readFileSync(join('commands', name), 'utf8');
    return !text.includes('await runCommand(') || /process\.exit\b|process\.on\b/.test(text);
  });
  expect(others).toEqual([]);
});

test.each(['e2e', 'gate', 'capture', 'scale', 'mutants', 'account', 'check', 'clean', 'overview'])(
  '%s refuses an option that it does not have in one line, with exit code 2',
  async (name) => {
    const { code, stdout, stderr } = await startCommand(name, ['--no-such-option']).ended;

    expect({ code, stdout, lines: stderr.trimEnd().split('\n').length }).toEqual({ code: 2, stdout: '', lines: 1 });
    expect(stderr).toContain('no-such-option');
  },
  60_000,
);

test('a directory of reports that is not there is refused in one sentence', async () => {
  const { code, stderr } = await startCommand('overview', ['no/such/directory']).ended;

  expect(code).toBe(2);
  expect(stderr).toMatch(/^no\/such\/directory cannot be read: ENOENT.*\n$/);
}, 60_000);
