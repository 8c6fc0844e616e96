import { Cleanups } from './cleanups.ts';

test('the last cleanup registered runs first, and one that fails does not stop the others', async () => {
  const ran: string[] = [];
  const cleanups = new Cleanups();
  cleanups.add({ what: 'the cluster', run: async () => [ran.push('the cluster') === 2 ? 'a container' : 'too early'] });
  cleanups.add({ what: 'objects', run: () => Promise.reject(new Error('the API server is gone')) });
  cleanups.add({ what: 'a proxy', run: async () => (ran.push('a proxy') === 1 ? [] : ['too late']) });

  expect(await cleanups.run()).toEqual(['objects, whose removal failed: the API server is gone', 'a container']);
  expect(ran).toEqual(['a proxy', 'the cluster']);
});
