import { Pace } from './pace.ts';

test('an exporter that answers at once is scraped every second', () => {
  expect(Pace.for(40)).toMatchObject({ interval: 1000, duration: '1s', restartWindow: 8000 });
});

test('one that takes its time is given several times as long, and all that waits for it as well', () => {
  const pace = Pace.for(2100);

  expect(pace).toMatchObject({ interval: 9000, duration: '9s', restartWindow: 72_000 });
  expect(pace.untilTold(5000)).toBe(23_000);
});
