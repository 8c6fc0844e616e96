import { UsageError } from '../errors.ts';
import { type PreflightFacts, preflightWarnings } from './preflight.ts';

const sound: PreflightFacts = {
  memoryBytes: 8e9,
  cgroupVersion: '2',
  rootless: false,
  disk: { freeBytes: 50e9, totalBytes: 1000e9 },
  inotifyInstances: 512,
  leftovers: [],
  inUse: [],
};
const image = 'rancher/k3s:v1.35.1-k3s1';
const warned = (facts: Partial<PreflightFacts>, nodeImage = image) => preflightWarnings({ ...sound, ...facts }, nodeImage);

test('a machine with enough of everything is not warned about', () => {
  expect(warned({})).toEqual([]);
});

test('too little memory is reported with what there is and what is needed', () => {
  expect(warned({ memoryBytes: 1e9 })).toEqual(['Docker has 1.0 GB of memory and a cluster needs 2.0 GB: give it more.']);
});

test('a disk is judged by percent, as the kubelet counts, after what a cluster takes', () => {
  expect(warned({ disk: { freeBytes: 15e9, totalBytes: 1000e9 } })).toEqual([]);
  expect(warned({ disk: { freeBytes: 13e9, totalBytes: 1000e9 } })).toEqual([
    "Docker's disk has 13.0 GB free (1.3 %). A cluster takes 4.0 GB, and with less than 1 % left the kubelet runs no pod: free some, for example with docker system prune.",
  ]);
  expect(warned({ disk: { freeBytes: 3e9, totalBytes: 20e9 } })[0]).toContain('3.0 GB free (15.0 %)');
});

test('a rootless Docker is refused with the reason and the alternatives', () => {
  expect(() => warned({ rootless: true })).toThrow(UsageError);
  expect(() => warned({ rootless: true })).toThrow(/Docker is rootless.*--cluster kubeconfig/);
});

test('cgroup version 1 is a fault for the kubelets that refuse it, and for no other', () => {
  expect(warned({ cgroupVersion: '1' })[0]).toContain('cgroup version 1');
  expect(warned({ cgroupVersion: '1' }, 'rancher/k3s:v1.34.1-k3s1')).toEqual([]);
});

test('the unknown disk and settings of a remote Docker give no warning', () => {
  expect(warned({ disk: undefined, inotifyInstances: undefined })).toEqual([]);
});

test('few inotify instances and leftovers each come with what to do', () => {
  const sentences = warned({ inotifyInstances: 64, leftovers: ['container /old of run abc'] });
  expect(sentences).toEqual([
    expect.stringContaining('sysctl -w fs.inotify.max_user_instances=512'),
    expect.stringContaining('npm run clean'),
  ]);
});

test('a run in progress is no leftover and is reported as such', () => {
  expect(warned({ inUse: ['container a of run abc, in use by process 7'] })).toEqual([
    'Another run is in progress on this Docker (container a of run abc, in use by process 7), and two clusters on one host may disturb each other: wait for its end.',
  ]);
});
