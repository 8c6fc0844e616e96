import type { InspectedFile } from '../../helpers/exporter/inspection-script.ts';
import { cgroupLimits, compareWeight, heldCapabilities, mounts, processStatus, rootMount, tokenMounts } from './proc.ts';

describe('/proc/PID/status', () => {
  const status = (changes: Readonly<Record<string, string>> = {}) =>
    Object.entries({
      Name: 'kube-state-metr',
      Uid: '65534\t65534\t65534\t65534',
      CapInh: '0000000000000000',
      CapPrm: '0000000000000000',
      CapEff: '0000000000000000',
      CapBnd: '0000000000000000',
      CapAmb: '0000000000000000',
      NoNewPrivs: '1',
      ...changes,
    })
      .map(([name, value]) => `${name}:\t${value}`)
      .join('\n');

  test('has four user ids, of which a single one may differ', () => {
    expect(processStatus(status({ Uid: '65534\t0\t65534\t65534' })).userIds).toEqual([65534, 0, 65534, 65534]);
  });

  test('has no capability if every set is empty', () => {
    expect(heldCapabilities(processStatus(status()))).toEqual([]);
  });

  test('has the capabilities of the bounding set', () => {
    expect(heldCapabilities(processStatus(status({ CapBnd: '00000000a80425fb' })))).toEqual(['CapBnd 00000000a80425fb']);
  });

  test('shows whether privileges can be gained', () => {
    expect(processStatus(status()).noNewPrivileges).toBe(true);
    expect(processStatus(status({ NoNewPrivs: '0' })).noNewPrivileges).toBe(false);
  });

  test('is refused when a line is missing', () => {
    expect(() => processStatus('Name:\tsh\nUid:\t0\t0\t0\t0\n')).toThrow('no line "CapInh"');
  });
});

describe('/proc/PID/mountinfo', () => {
  const root = (options: string) => `812 640 0:75 / / ${options} master:98 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c`;
  const token = '830 812 0:61 / /run/secrets/kubernetes.io/serviceaccount ro,relatime - tmpfs tmpfs rw,size=131072k';

  test('has the options of the root mount, not of its file system', () => {
    expect(rootMount(mounts(root('ro,relatime'))).options).toContain('ro');
    expect(rootMount(mounts(root('rw,relatime'))).options).not.toContain('ro');
  });

  test('has the visible root mount last', () => {
    expect(rootMount(mounts([root('ro'), root('rw')].join('\n'))).options).toEqual(['rw']);
  });

  test('has the mount of the token, below /run or /var/run', () => {
    const withTokens = mounts([root('ro'), token, token.replace('/run/', '/var/run/')].join('\n'));
    expect(tokenMounts(withTokens).map(({ point }) => point)).toEqual([
      '/run/secrets/kubernetes.io/serviceaccount',
      '/var/run/secrets/kubernetes.io/serviceaccount',
    ]);
    expect(tokenMounts(mounts(root('ro')))).toEqual([]);
  });

  test('is refused when it has no root mount', () => {
    expect(() => rootMount(mounts("cat: can't open '/proc/1/mountinfo': Permission denied"))).toThrow('no mount on /');
  });
});

const inspection = (files: Partial<Record<InspectedFile, string>>) => new Map(Object.entries(files) as [InspectedFile, string][]);

const version2 = { 'memory.max': '134217728', 'cpu.max': '50000 100000', 'cpu.weight': '10' };
const version1 = {
  'memory.limit_in_bytes': '134217728',
  'cpu.cfs_quota_us': '50000',
  'cpu.cfs_period_us': '100000',
  'cpu.shares': '256',
};

describe('the limits that the kernel enforces', () => {
  test.each([
    ['version 1', version1],
    ['version 2', version2],
  ])('are read from a cgroup of %s', (_, files) => {
    expect(cgroupLimits(inspection(files))).toEqual({ memoryBytes: 128 * 1024 * 1024, cores: 0.5 });
  });

  test.each([
    ['version 1', { ...version1, 'memory.limit_in_bytes': '9223372036854771712', 'cpu.cfs_quota_us': '-1' }],
    ['version 2', { ...version2, 'memory.max': 'max', 'cpu.max': 'max 100000' }],
  ])('are undefined where a cgroup of %s has none', (_, files) => {
    expect(cgroupLimits(inspection(files))).toEqual({ memoryBytes: undefined, cores: undefined });
  });

  test('are the quota divided by its period', () => {
    expect(cgroupLimits(inspection({ ...version2, 'cpu.max': '10000 20000' })).cores).toBe(0.5);
    expect(cgroupLimits(inspection({ ...version1, 'cpu.cfs_quota_us': '10000', 'cpu.cfs_period_us': '5000' })).cores).toBe(2);
  });

  test('are refused where no file could be read', () => {
    expect(() => cgroupLimits(inspection({ status: '' }))).toThrow('neither memory.max nor memory.limit_in_bytes');
    expect(() => cgroupLimits(inspection({ ...version2, 'memory.max': 'Permission denied' }))).toThrow('got "Permission denied"');
  });
});

describe('the weight of a request', () => {
  test('is 1024 shares a core in version 1', () => {
    expect(compareWeight(inspection(version1), 0.25).holds).toBe(true);
    expect(compareWeight(inspection({ ...version1, 'cpu.shares': '512' }), 0.25)).toEqual({
      holds: false,
      actual: 'cpu.shares 512',
    });
  });

  test.each(['10', '35'])('is in version 2 the one of an older or a newer runc: %s', (weight) => {
    expect(compareWeight(inspection({ ...version2, 'cpu.weight': weight }), 0.25).holds).toBe(true);
    expect(compareWeight(inspection({ ...version2, 'cpu.weight': weight }), 0.5).holds).toBe(false);
  });
});
