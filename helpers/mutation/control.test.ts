import { mutant } from '../suite/mutant/mutant.ts';
import { Control } from './control.ts';

const declared = [
  { id: 'probes/becomes-ready', area: 'probes', needs: [], explainedBy: [], serial: false },
  { id: 'dns/headless', area: 'dns', needs: ['probes/becomes-ready'], explainedBy: [], serial: false },
  { id: 'dns/survives', area: 'dns', needs: [], explainedBy: [], serial: true },
  { id: 'exposition/pod', area: 'exposition', needs: ['probes/becomes-ready'], explainedBy: [], serial: false },
];
const proxied = { sentence: 'A defect.', proxy: () => ({}) };
const dns = mutant('dns', { ...proxied, fails: ['dns/headless'] });
const exposition = mutant('exposition', { ...proxied, fails: ['exposition/pod'] });

/** A control whose requirements fail as often as `failures` says, and what was verified. */
function controlWith(failures: Record<string, number> = {}) {
  const verified: (readonly string[])[] = [];
  const control = new Control(declared, async (ids) => {
    verified.push(ids);
    return ids.map((id) => {
      failures[id] = (failures[id] ?? 0) - 1;
      return { id, status: failures[id] >= 0 ? 'failed' : 'passed', actual: 'no record' } as const;
    });
  });
  return { control, verified };
}

test('A requirement is verified one time for all mutants, and one of the installation is established', async () => {
  const { control, verified } = controlWith();

  await control.verify(dns);
  expect(control.covers(dns)).toBe(true);
  expect(control.covers(exposition)).toBe(false);
  await control.verify(exposition);

  expect(verified).toEqual([['probes/becomes-ready', 'dns/headless'], ['exposition/pod']]);
  expect([...control.established]).toEqual(['probes/becomes-ready']);
});

test('What fails is verified again, and no mutant is judged when it fails twice', async () => {
  const moment = controlWith({ 'dns/headless': 1 });
  await moment.control.verify(dns);
  expect(moment.verified.at(-1)).toEqual(['dns/headless']);

  await expect(controlWith({ 'dns/headless': 2 }).control.verify(dns)).rejects.toThrow('dns/headless: no record');
});
