import { type PreflightFacts, preflightWarnings } from './preflight.ts';

const sound: PreflightFacts = {
  memoryBytes: 8e9,
  cgroupVersion: '2',
  rootless: false,
  freeDiskBytes: 50e9,
  inotifyInstances: 512,
  leftovers: [],
  inUse: [],
};
const image = 'rancher/k3s:v1.35.1-k3s1';
const warned = (facts: Partial<PreflightFacts>, of = image) => preflightWarnings({ ...sound, ...facts }, of);

test('a machine with enough of everything is not warned about', () => {
  expect(warned({})).toEqual([]);
});

test('too little memory or disk is told with what is there and what is needed', () => {
  expect(warned({ memoryBytes: 1e9 })).toEqual(['Docker has 1.0 GB of memory and a cluster needs 2.0 GB: give it more.']);
  expect(warned({ freeDiskBytes: 1e9 })[0]).toContain('1.0 GB free');
});

test('cgroup version 1 is a fault for the kubelets that refuse it, and for no other', () => {
  expect(warned({ cgroupVersion: '1' })[0]).toContain('cgroup version 1');
  expect(warned({ cgroupVersion: '1' }, 'rancher/k3s:v1.34.1-k3s1')).toEqual([]);
});

test('a remote Docker, of whose machine little is known, is not guessed about', () => {
  expect(warned({ freeDiskBytes: undefined, inotifyInstances: undefined })).toEqual([]);
});

test('rootless Docker, few inotify instances and leftovers each come with what to do', () => {
  const sentences = warned({ rootless: true, inotifyInstances: 64, leftovers: ['container /old of run abc'] });
  expect(sentences).toEqual([
    expect.stringContaining('Delegate=yes'),
    expect.stringContaining('sysctl -w fs.inotify.max_user_instances=512'),
    expect.stringContaining('npm run clean'),
  ]);
});

test('a run that is at work is no leftover, and told as what it is', () => {
  expect(warned({ inUse: ['container a of run abc, at work in process 7'] })).toEqual([
    'Another run is at work on this Docker (container a of run abc, at work in process 7), and two clusters on one host may disturb each other: wait for its end.',
  ]);
});
