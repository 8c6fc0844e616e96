import { mounts, rootMount, tokenMounts } from './mounts.ts';

const root = (options: string) => `812 640 0:75 / / ${options} master:98 - overlay overlay rw,lowerdir=/a:/b,upperdir=/c`;
const token = '830 812 0:61 / /run/secrets/kubernetes.io/serviceaccount ro,relatime - tmpfs tmpfs rw,size=131072k';

describe('the mounts of a process', () => {
  test('tell whether the root may be written by its own options, not by those of the file system behind it', () => {
    expect(rootMount(mounts(root('ro,relatime'))).options).toContain('ro');
    expect(rootMount(mounts(root('rw,relatime'))).options).not.toContain('ro');
  });

  test('tell of the root that is seen, which is the last one mounted there', () => {
    expect(rootMount(mounts([root('ro'), root('rw')].join('\n'))).options).toEqual(['rw']);
  });

  test('tell where the token is, whichever way /var/run is written', () => {
    const seen = mounts([root('ro'), token, token.replace('/run/', '/var/run/')].join('\n'));
    expect(tokenMounts(seen).map(({ point }) => point)).toEqual([
      '/run/secrets/kubernetes.io/serviceaccount',
      '/var/run/secrets/kubernetes.io/serviceaccount',
    ]);
    expect(tokenMounts(mounts(root('ro')))).toEqual([]);
  });

  test('are not read from something else', () => {
    expect(() => rootMount(mounts("cat: can't open '/proc/1/mountinfo': Permission denied"))).toThrow('no mount on /');
  });
});
