import { Undos } from './undos.ts';

test('the last that was begun is undone first, and what fails keeps nothing from being undone', async () => {
  const undone: string[] = [];
  const undos = new Undos();
  undos.add({ what: 'the cluster', undo: async () => [undone.push('the cluster') === 2 ? 'a container' : 'too early'] });
  undos.add({ what: 'objects', undo: () => Promise.reject(new Error('the API server is gone')) });
  undos.add({ what: 'a proxy', undo: async () => (undone.push('a proxy') === 1 ? [] : ['too late']) });

  expect(await undos.undo()).toEqual(['objects, whose removal failed: the API server is gone', 'a container']);
  expect(undone).toEqual(['a proxy', 'the cluster']);
});
