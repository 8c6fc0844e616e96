import { ScrapeTiming } from './timing.ts';

test('an exporter that answers immediately is scraped every second', () => {
  expect(ScrapeTiming.for(40)).toMatchObject({ interval: 1000, duration: '1s', restartWindow: 8000 });
});

test('the interval of a slow exporter is four times its scrape, and every wait is longer', () => {
  const timing = ScrapeTiming.for(2100);

  expect(timing).toMatchObject({ interval: 9000, duration: '9s', restartWindow: 72_000 });
  expect(timing.untilEvaluated(5000)).toBe(23_000);
});
