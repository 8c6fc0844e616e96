import { heldCapabilities, processStatus } from './process-status.ts';

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

describe('what the kernel says of a process', () => {
  test('names all four user ids, as one of them alone may be another', () => {
    expect(processStatus(status({ Uid: '65534\t0\t65534\t65534' })).userIds).toEqual([65534, 0, 65534, 65534]);
  });

  test('finds no capability where every set is empty', () => {
    expect(heldCapabilities(processStatus(status()))).toEqual([]);
  });

  test('finds the set that holds something, the bounding set as well', () => {
    expect(heldCapabilities(processStatus(status({ CapBnd: '00000000a80425fb' })))).toEqual(['CapBnd 00000000a80425fb']);
  });

  test('tells whether privileges can be gained', () => {
    expect(processStatus(status()).noNewPrivileges).toBe(true);
    expect(processStatus(status({ NoNewPrivs: '0' })).noNewPrivileges).toBe(false);
  });

  test('does not take a missing line for an empty set', () => {
    expect(() => processStatus('Name:\tsh\nUid:\t0\t0\t0\t0\n')).toThrow('no line "CapInh"');
  });
});
