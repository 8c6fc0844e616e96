import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { inspected, inspectionScript, readInspection } from './inspection-script.ts';

/** Runs the script on these files of /proc, and parses its output. */
function inspect(files: Readonly<Record<string, string>>) {
  const proc = mkdtempSync(join(tmpdir(), 'inspection-'));
  try {
    for (const [path, text] of Object.entries({ '1/status': 'Name:\tsh\n', '1/mountinfo': '', ...files })) {
      mkdirSync(dirname(join(proc, path)), { recursive: true });
      writeFileSync(join(proc, path), text);
    }
    return readInspection(execFileSync('sh', ['-c', inspectionScript, 'sh', proc], { encoding: 'utf8' }));
  } finally {
    rmSync(proc, { recursive: true });
  }
}

const version1 = (memory: string, cpu: string) =>
  `11:memory:${memory}\n7:cpu,cpuacct:${cpu}\n4:cpuset:/elsewhere\n1:name=systemd:${cpu}\n`;

describe('the inspection of a process', () => {
  test('finds the limits of cgroup v2 at the root, in a cgroup namespace of the container', () => {
    const inspection = inspect({
      '1/cgroup': '0::/../cri-containerd-1.scope\n',
      '1/root/sys/fs/cgroup/memory.max': '134217728\n',
      '1/root/sys/fs/cgroup/cpu.max': '50000 100000\n',
    });
    expect(inspection.get('memory.max')).toBe('134217728');
    expect(inspection.get('cpu.max')).toBe('50000 100000');
    expect(inspection.has('memory.limit_in_bytes')).toBe(false);
  });

  test("finds the limits of cgroup v2 at the process's path, in the host's cgroup namespace", () => {
    const inspection = inspect({
      '1/cgroup': '0::/kubepods/pod1/container1\n',
      '1/root/sys/fs/cgroup/memory.max': 'max\n',
      '1/root/sys/fs/cgroup/kubepods/pod1/container1/memory.max': '134217728\n',
    });
    expect(inspection.get('memory.max')).toBe('134217728');
  });

  test('finds the limits of cgroup v1 at the root of each controller', () => {
    const inspection = inspect({
      '1/cgroup': version1('/kubepods/pod1/container1', '/kubepods/pod1/container1'),
      '1/root/sys/fs/cgroup/memory/memory.limit_in_bytes': '134217728\n',
      '1/root/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '50000\n',
      '1/root/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
      '1/root/sys/fs/cgroup/cpu/cpu.shares': '256\n',
    });
    expect(inspection.get('memory.limit_in_bytes')).toBe('134217728');
    expect(inspection.get('cpu.cfs_quota_us')).toBe('50000');
    expect(inspection.get('cpu.cfs_period_us')).toBe('100000');
    expect(inspection.get('cpu.shares')).toBe('256');
  });

  test("finds the limits of cgroup v1 at the process's path of each controller", () => {
    const inspection = inspect({
      '1/cgroup': version1('/a', '/b'),
      '1/root/sys/fs/cgroup/memory/memory.limit_in_bytes': '1\n',
      '1/root/sys/fs/cgroup/memory/a/memory.limit_in_bytes': '2\n',
      '1/root/sys/fs/cgroup/cpu/cpu.shares': '3\n',
      '1/root/sys/fs/cgroup/cpu/b/cpu.shares': '4\n',
    });
    expect(inspection.get('memory.limit_in_bytes')).toBe('2');
    expect(inspection.get('cpu.shares')).toBe('4');
  });

  test.each(['/var/run', '/run'])('prints the size of a token in %s, and not the token', (run) => {
    const inspection = inspect({ '1/cgroup': '', [`1/root${run}/secrets/kubernetes.io/serviceaccount/token`]: 'secret-token' });
    expect(inspection.get('token bytes')).toBe('12');
    expect([...inspection.values()].join()).not.toContain('secret-token');
  });

  test('lists the files that were read when another one is missing', () => {
    expect(() => inspected(inspect({ '1/cgroup': '' }), 'token bytes')).toThrow('no token bytes; it read: status, mountinfo');
  });
});
