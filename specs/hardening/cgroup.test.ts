import type { InspectedFile } from '../../helpers/exporter/inspection-script.ts';
import { cgroupLimits, compareWeight } from './cgroup.ts';

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
