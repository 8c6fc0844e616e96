import { atLeast, compareVersions, parseVersion } from './version.ts';

test('a release is read with or without its v, and its build metadata is ignored', () => {
  expect(parseVersion('v2.5.0')).toEqual({ major: 2, minor: 5, patch: 0 });
  expect(parseVersion('1.34.1+k3s1')).toEqual({ major: 1, minor: 34, patch: 1 });
});

test('numbers are compared as numbers, so that 2.20 is newer than 2.6', () => {
  expect(compareVersions(parseVersion('2.20.0'), parseVersion('2.6.0'))).toBeGreaterThan(0);
  expect(atLeast(parseVersion('v2.5.0'), '2.5')).toBe(true);
  expect(atLeast(parseVersion('v2.5.0'), '2.6')).toBe(false);
});

test('what is not a version is refused, with the text', () => {
  expect(() => parseVersion('latest')).toThrow('"latest" is not a version');
});
