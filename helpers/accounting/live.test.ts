import { describe as describeAccounting } from './describe.ts';
import { accountLive, type Clock, type LiveRequest } from './live.ts';
import { exposition, HEADERS, OWNER, WEIGHT, type Widget, widget, widgets } from './widgets.ts';

/** A clock that only a pause moves. */
class PausingClock implements Clock {
  #now = 0;
  now(): number {
    return this.#now;
  }
  async sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
  }
}

/** A cluster whose objects and exposition are what a test says they are at a time. */
function live(
  at: (time: number) => { objects: readonly Widget[]; samples: readonly string[] },
  changes: Partial<LiveRequest> = {},
) {
  const clock = new PausingClock();
  return accountLive({
    readObjects: async () => at(clock.now()).objects,
    scrape: async () => exposition(`${HEADERS}${at(clock.now()).samples.join('\n')}`),
    exporter: 'v2.5.0',
    tables: [widgets],
    freshness: 10_000,
    within: 60_000,
    pollInterval: 1000,
    clock,
    ...changes,
  });
}

/** The samples of a widget, and the widget as a version of itself. */
const samplesOf = (name: string, weight = 4) => [
  `kube_widget_weight{namespace="a",widget="${name}"} ${weight}`,
  OWNER.replace('"w"', `"${name}"`),
];

test('a cluster that stands still is judged in one round', async () => {
  const accounting = await live(() => ({ objects: [widget('w')], samples: [WEIGHT, OWNER] }));

  expect(accounting).toMatchObject({ rounds: 1, samples: 2, explained: 2, differences: [], judged: 1, neverStill: [] });
});

test('a difference that is gone within the freshness bound was only the exporter lagging', async () => {
  const accounting = await live((time) => ({
    objects: [widget('w', { resourceVersion: '2', spec: { weight: 9 } })],
    samples: samplesOf('w', time < 5000 ? 4 : 9),
  }));

  expect(accounting).toMatchObject({ rounds: 8, explained: 2, differences: [] });
});

test('a difference that outlasts the freshness bound counts', async () => {
  const accounting = await live(() => ({ objects: [widget('w')], samples: samplesOf('w', 5) }));

  expect(accounting).toMatchObject({ explained: 1, unequal: [samplesOf('w', 5)[0]] });
  expect(describeAccounting(accounting)).toEqual(['kube_widget_weight{namespace="a",widget="w"}: is 5, expected 4']);
});

test('an exporter that loses another sample at each scrape loses samples', async () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  let scrapes = 0;
  const accounting = await live(() => ({ objects: names.map((name) => widget(name)), samples: [] }), {
    scrape: async () => {
      const lost = scrapes % names.length;
      scrapes += 1;
      const samples = names.flatMap((name, index) => samplesOf(name).slice(index === lost ? 1 : 0));
      return exposition(`${HEADERS}${samples.join('\n')}`);
    },
  });

  expect(accounting).toMatchObject({ missing: expect.arrayContaining([samplesOf('b')[0]]), neverStill: [] });
  expect(accounting.durationMs).toBeLessThan(10_000);
});

test('one round without a difference may be chance: what is lost is of an object that changes just then', async () => {
  const names = ['a', 'b'];
  let scrapes = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => names.map((name) => widget(name, { resourceVersion: name === 'b' && scrapes >= 2 ? '2' : '1' })),
    scrape: async () => {
      const lost = names[scrapes % 2];
      scrapes += 1;
      return exposition(`${HEADERS}${names.flatMap((name) => samplesOf(name).slice(name === lost ? 1 : 0)).join('\n')}`);
    },
  });

  expect(accounting.missing).toContain(samplesOf('a')[0]);
});

test('what is wrong with an object that is still counts, even when a later scrape is right and another object is waited for', async () => {
  let readings = 0;
  const accounting = await live((time) => ({ objects: [], samples: samplesOf('calm', time === 12_000 ? 5 : 4) }), {
    readObjects: async () => {
      readings += 1;
      return [widget('calm'), widget('restless', { resourceVersion: String(Math.min(readings, 20)) })];
    },
  });

  expect(accounting.unequal).toEqual([samplesOf('calm', 5)[0]]);
});

test('an object of which something is wrong whenever it is looked at, and that changes again too soon, was never still', async () => {
  const accounting = await live((time) => ({
    objects: [widget('w', { resourceVersion: String(Math.floor(time / 4000)) })],
    samples: [OWNER],
  }));

  expect(accounting).toMatchObject({ missing: [], neverStill: ['Widget a/w'] });
});

test('the series of an object that was there at first and is gone may linger for as long as the bound, and are waited for', async () => {
  const lingering = (until: number) =>
    live((time) => ({
      objects: [widget('w'), ...(time < 1000 ? [widget('gone')] : [])],
      samples: [WEIGHT, OWNER, ...(time === 0 ? [] : samplesOf('gone').filter(() => time < until))],
    }));

  expect(await lingering(9000)).toMatchObject({ unexplained: [], missing: [], neverStill: [] });
  expect(await lingering(100_000)).toMatchObject({ unexplained: samplesOf('gone'), neverStill: [] });
});

test('the series of one object after another that is gone are lag; a stray series of none in every scrape is not', async () => {
  const nameAt = (time: number) => `w${Math.floor(time / 1000)}`;
  const departing = (stray: (time: number) => readonly string[]) =>
    live((time) => ({
      objects: [widget('w'), widget(nameAt(time))],
      samples: [WEIGHT, OWNER, ...samplesOf(nameAt(time)), ...samplesOf(nameAt(time - 1000)), ...stray(time)],
    }));

  expect(await departing(() => [])).toMatchObject({ unexplained: [] });
  expect(await departing((time) => [samplesOf(`stray-${time}`)[0] as string])).toMatchObject({
    unexplained: expect.arrayContaining([samplesOf('stray-15000')[0]]),
  });
});

test('a difference starts anew when its object changes', async () => {
  const accounting = await live((time) => ({
    objects: [widget('w', { resourceVersion: time < 8000 ? '1' : '2' })],
    samples: samplesOf('w', time < 15_000 ? 5 : 4),
  }));

  expect(accounting).toMatchObject({ differences: [], explained: 2 });
});

test('the series of an object that was deleted may linger for as long as the bound, and no longer', async () => {
  const lingering = (until: number) =>
    live((time) => ({ objects: [widget('w')], samples: [WEIGHT, OWNER, ...(time < until ? samplesOf('gone') : [])] }));

  expect(await lingering(9000)).toMatchObject({ unexplained: [] });
  expect(await lingering(100_000)).toMatchObject({ unexplained: samplesOf('gone') });
});

test('an object that changes during a scrape is judged in another round', async () => {
  let readings = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => {
      readings += 1;
      return [widget('w', { resourceVersion: readings < 4 ? String(readings) : 'still' })];
    },
    scrape: async () => exposition(`${HEADERS}${WEIGHT}\n${OWNER}`),
  });

  expect(accounting).toMatchObject({ rounds: 4, explained: 2, unsettled: [], neverStill: [] });
});

test('what an earlier round found in order stays explained when its object changes again', async () => {
  let readings = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => {
      readings += 1;
      const early = widget('early', { resourceVersion: readings <= 2 ? '1' : String(readings) });
      return [early, widget('late', { resourceVersion: String(Math.min(readings, 3)) })];
    },
    scrape: async () => exposition(`${HEADERS}${[...samplesOf('early'), ...samplesOf('late')].join('\n')}`),
  });

  expect(accounting).toMatchObject({ rounds: 3, samples: 4, explained: 4, unsettled: [], neverStill: [], judged: 2 });
});

test('an object that is never still is reported as such when the time is up', async () => {
  let readings = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => {
      readings += 1;
      return [widget('w', { resourceVersion: String(readings) }), widget('calm')];
    },
    scrape: async () => exposition(`${HEADERS}${[WEIGHT, OWNER, ...samplesOf('calm')].join('\n')}`),
    within: 5000,
  });

  expect(accounting).toMatchObject({ samples: 4, explained: 2, unsettled: [WEIGHT, OWNER], neverStill: ['Widget a/w'] });
  expect(accounting.durationMs).toBe(5000);
});

test('each round says what is still open', async () => {
  const open: unknown[] = [];
  await live((time) => ({ objects: [widget('w')], samples: samplesOf('w', time < 1000 ? 5 : 4) }), {
    onRound: ({ waitingFor }) => open.push(waitingFor),
  });

  expect(open).toEqual([
    { objects: 0, differences: 1, rounds: 3 },
    { objects: 0, differences: 0, rounds: 2 },
    { objects: 0, differences: 0, rounds: 1 },
    { objects: 0, differences: 0, rounds: 0 },
  ]);
});
