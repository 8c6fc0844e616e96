import { type Widget, widget, widgets } from '../catalogue/testing/widgets.ts';
import { describe as describeAccounting } from './describe.ts';
import { accountLive, type Clock, type LiveRequest } from './live.ts';
import { exposition, HEADERS, OWNER, WEIGHT } from './testing/account-for.ts';

/** A clock that advances only in `sleep`. */
class FakeClock implements Clock {
  #now = 0;
  now(): number {
    return this.#now;
  }
  async sleep(milliseconds: number): Promise<void> {
    this.#now += milliseconds;
  }
}

/** The accounting of a cluster with objects and an exposition that depend on the time. */
function live(
  at: (time: number) => { objects: readonly Widget[]; samples: readonly string[] },
  changes: Partial<LiveRequest> = {},
) {
  const clock = new FakeClock();
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

/** The samples of a widget. */
const samplesOf = (name: string, weight = 4) => [
  `kube_widget_weight{namespace="a",widget="${name}"} ${weight}`,
  OWNER.replace('"w"', `"${name}"`),
];

test('a cluster that does not change takes one round', async () => {
  const accounting = await live(() => ({ objects: [widget('w')], samples: [WEIGHT, OWNER] }));

  expect(accounting).toMatchObject({ rounds: 1, samples: 2, explained: 2, differences: [], compared: 1, neverStable: [] });
});

test('a difference that disappears within the freshness bound is lag', async () => {
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

test('a scrape can be compared while it is read', async () => {
  const source = `${HEADERS}${WEIGHT}\n`.trimStart();
  const accounting = await live(() => ({ objects: [widget('w')], samples: [] }), {
    scrape: async () => ({ format: 'text', source }),
  });

  expect(accounting).toMatchObject({ samples: 1, explained: 1, missing: [OWNER] });
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

  expect(accounting).toMatchObject({ missing: expect.arrayContaining([samplesOf('b')[0]]), neverStable: [] });
  expect(accounting.durationMs).toBeLessThan(10_000);
});

test('one round without a difference is not enough: the object of the lost sample may have changed in it', async () => {
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

test('a difference of an unchanged object counts, even if a later scrape is correct while another object is pending', async () => {
  let readings = 0;
  const accounting = await live((time) => ({ objects: [], samples: samplesOf('stable', time === 12_000 ? 5 : 4) }), {
    readObjects: async () => {
      readings += 1;
      return [widget('stable'), widget('changing', { resourceVersion: String(Math.min(readings, 20)) })];
    },
  });

  expect(accounting.unequal).toEqual([samplesOf('stable', 5)[0]]);
});

test('an object with a difference that always changes within the freshness bound is never stable', async () => {
  const accounting = await live((time) => ({
    objects: [widget('w', { resourceVersion: String(Math.floor(time / 4000)) })],
    samples: [OWNER],
  }));

  expect(accounting).toMatchObject({ missing: [], neverStable: ['Widget a/w'] });
});

test('the series of an object deleted during the accounting may remain for the freshness bound, and are waited for', async () => {
  const remaining = (until: number) =>
    live((time) => ({
      objects: [widget('w'), ...(time < 1000 ? [widget('gone')] : [])],
      samples: [WEIGHT, OWNER, ...(time === 0 ? [] : samplesOf('gone').filter(() => time < until))],
    }));

  expect(await remaining(9000)).toMatchObject({ unexplained: [], missing: [], neverStable: [] });
  expect(await remaining(100_000)).toMatchObject({ unexplained: samplesOf('gone'), neverStable: [] });
});

test('series of objects that are deleted one after the other are lag; a series without an object in every scrape is not', async () => {
  const nameAt = (time: number) => `w${Math.floor(time / 1000)}`;
  const deleting = (stray: (time: number) => readonly string[]) =>
    live((time) => ({
      objects: [widget('w'), widget(nameAt(time))],
      samples: [WEIGHT, OWNER, ...samplesOf(nameAt(time)), ...samplesOf(nameAt(time - 1000)), ...stray(time)],
    }));

  expect(await deleting(() => [])).toMatchObject({ unexplained: [] });
  expect(await deleting((time) => [samplesOf(`stray-${time}`)[0] as string])).toMatchObject({
    unexplained: expect.arrayContaining([samplesOf('stray-15000')[0]]),
  });
});

test('the freshness bound starts again when the object changes', async () => {
  const accounting = await live((time) => ({
    objects: [widget('w', { resourceVersion: time < 8000 ? '1' : '2' })],
    samples: samplesOf('w', time < 15_000 ? 5 : 4),
  }));

  expect(accounting).toMatchObject({ differences: [], explained: 2 });
});

test('the series of an object deleted before may remain for the freshness bound, and no longer', async () => {
  const remaining = (until: number) =>
    live((time) => ({ objects: [widget('w')], samples: [WEIGHT, OWNER, ...(time < until ? samplesOf('gone') : [])] }));

  expect(await remaining(9000)).toMatchObject({ unexplained: [] });
  expect(await remaining(100_000)).toMatchObject({ unexplained: samplesOf('gone') });
});

test('an object that changes during a scrape is compared in another round', async () => {
  let readings = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => {
      readings += 1;
      return [widget('w', { resourceVersion: readings < 4 ? String(readings) : 'last' })];
    },
    scrape: async () => exposition(`${HEADERS}${WEIGHT}\n${OWNER}`),
  });

  expect(accounting).toMatchObject({ rounds: 4, explained: 2, unsettled: [], neverStable: [] });
});

test('an object that was correct in an earlier round stays explained when it changes again', async () => {
  let readings = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => {
      readings += 1;
      const early = widget('early', { resourceVersion: readings <= 2 ? '1' : String(readings) });
      return [early, widget('late', { resourceVersion: String(Math.min(readings, 3)) })];
    },
    scrape: async () => exposition(`${HEADERS}${[...samplesOf('early'), ...samplesOf('late')].join('\n')}`),
  });

  expect(accounting).toMatchObject({ rounds: 3, samples: 4, explained: 4, unsettled: [], neverStable: [], compared: 2 });
});

test('an object that changes in every round is reported after the time limit', async () => {
  let readings = 0;
  const accounting = await live(() => ({ objects: [], samples: [] }), {
    readObjects: async () => {
      readings += 1;
      return [widget('w', { resourceVersion: String(readings) }), widget('stable')];
    },
    scrape: async () => exposition(`${HEADERS}${[WEIGHT, OWNER, ...samplesOf('stable')].join('\n')}`),
    within: 5000,
  });

  expect(accounting).toMatchObject({ samples: 4, explained: 2, unsettled: [WEIGHT, OWNER], neverStable: ['Widget a/w'] });
  expect(accounting.durationMs).toBe(5000);
});

test('an object that appears shortly before the time limit has not changed in every round', async () => {
  let readings = 0;
  const accounting = await live((time) => ({ objects: [], samples: [WEIGHT, OWNER, ...(time < 4000 ? [] : samplesOf('new'))] }), {
    readObjects: async () => {
      readings += 1;
      const version = String(readings);
      return [widget('w', { resourceVersion: version }), ...(readings < 6 ? [] : [widget('new', { resourceVersion: version })])];
    },
    within: 5000,
  });

  expect(accounting).toMatchObject({ missing: [], unexplained: [], neverStable: ['Widget a/w'] });
});

test('each round reports what is pending', async () => {
  const pending: unknown[] = [];
  await live((time) => ({ objects: [widget('w')], samples: samplesOf('w', time < 1000 ? 5 : 4) }), {
    onRound: ({ waitingFor }) => pending.push(waitingFor),
  });

  expect(pending).toEqual([
    { objects: 0, differences: 1, rounds: 3 },
    { objects: 0, differences: 0, rounds: 2 },
    { objects: 0, differences: 0, rounds: 1 },
    { objects: 0, differences: 0, rounds: 0 },
  ]);
});
