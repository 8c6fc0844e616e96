import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { membersWith, startOf } from './process-identity.ts';

describe.each([
  ['in /proc', true],
  ['from ps', false],
])('the start time of a process %s', (_, hasProc) => {
  test('is the same as long as it lives, and undefined afterwards', async () => {
    const child = spawn('sleep', ['600'], { stdio: 'ignore' });
    const { pid = 0 } = child;
    const ended = once(child, 'exit');
    try {
      expect(startOf(pid, hasProc)).toMatch(/\d/);
      expect(startOf(pid, hasProc)).toBe(startOf(pid, hasProc));
    } finally {
      child.kill();
      await ended;
    }
    expect(startOf(pid, hasProc)).toBeUndefined();
  });
});

test('the members of a group are its processes with the variable, and undefined where no environment is visible', async () => {
  const env = { ...process.env, MARK: 'a b' };
  const child = spawn('sleep', ['600'], { detached: true, env, stdio: 'ignore' });
  const { pid = 0 } = child;
  const ended = once(child, 'exit');
  try {
    await once(child, 'spawn');
    expect(membersWith(pid, 'MARK=a b')).toEqual([pid]);
    expect(membersWith(pid, 'MARK=a')).toEqual([]);
    expect(membersWith(pid, 'MARK=a b', false)).toBeUndefined();
  } finally {
    child.kill();
    await ended;
  }
});
