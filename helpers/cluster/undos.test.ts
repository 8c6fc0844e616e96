import { Cleanups } from './undos.ts';

test('the last that was begun is undone first, and what fails keeps nothing from being undone', async () => {
  const undone: string[] = [];
  const undos = new Cleanups();
  undos.add({ what: 'the cluster', run: async () => [undone.push('the cluster') === 2 ? 'a container' : 'too early'] });
  undos.add({ what: 'objects', run: () => Promise.reject(new Error('the API server is gone')) });
  undos.add({ what: 'a proxy', run: async () => (undone.push('a proxy') === 1 ? [] : ['too late']) });

  expect(await undos.undo()).toEqual(['objects, whose removal failed: the API server is gone', 'a container']);
  expect(undone).toEqual(['a proxy', 'the cluster']);
});
