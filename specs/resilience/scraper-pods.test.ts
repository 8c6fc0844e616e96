import { receiveQueue } from './scraper-pods.ts';

const header = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';

test('The unread bytes of a connection are in the second half of its queue column', () => {
  const toExporter = '   0: 0500A80A:9C40 0300A80A:1F90 01 00000010:00061A80 00:00000000 00000000     0        0 1 1';

  expect(receiveQueue([header, toExporter].join('\n'), 8080)).toBe(400_000);
});

test('Connections to other ports do not count', () => {
  const elsewhere = '   0: 0500A80A:1F90 0300A80A:0050 01 00000000:00061A80 00:00000000 00000000     0        0 1 1';

  expect(receiveQueue([header, elsewhere].join('\n'), 8080)).toBe(0);
});

test('Several connections add up', () => {
  const first = '   0: 0500A80A:9C40 0300A80A:1F90 01 00000000:0000000A 00:00000000 00000000     0        0 1 1';
  const second = '   1: 0500A80A:9C41 0300A80A:1F90 01 00000000:00000014 00:00000000 00000000     0        0 1 1';

  expect(receiveQueue([header, first, second].join('\n'), 8080)).toBe(30);
});
