import { parseOptions } from '../config.ts';
import { UsageError } from '../errors.ts';
import { withCluster } from './choose.ts';

const answers = () => Promise.resolve();
const isSilent = () => Promise.reject(new UsageError('No Docker answers.'));
const unasked = () => Promise.reject(new Error('Docker was asked for nothing'));

function choose(argv: readonly string[], environment: Record<string, string>, docker: () => Promise<unknown>) {
  const warnings: string[] = [];
  const chosen = withCluster(parseOptions(argv, {}), environment, (text) => warnings.push(text), docker);
  return { chosen, warnings };
}

describe('the cluster of a run that names none', () => {
  test('is k3s where Docker answers, in CI as well', async () => {
    const { chosen, warnings } = choose([], { CI: 'true' }, answers);
    expect((await chosen).cluster).toBe('k3s');
    expect(warnings).toEqual([]);
  });

  test('is simulated without Docker, under a banner that says what it is worth', async () => {
    const { chosen, warnings } = choose([], {}, isSilent);
    expect((await chosen).cluster).toBe('simulated');
    expect(warnings.join()).toMatch(/SIMULATED[\s\S]*no evidence/);
  });

  test('is an error in CI without Docker, which says what to do', async () => {
    const { chosen } = choose([], { CI: 'true' }, isSilent);
    await expect(chosen).rejects.toThrow(UsageError);
    await expect(chosen).rejects.toThrow(/--cluster kubeconfig.*--cluster simulated/);
  });

  test('is not looked for when one is named', async () => {
    const { chosen } = choose(['--cluster', 'simulated'], { CI: 'true' }, unasked);
    expect((await chosen).cluster).toBe('simulated');
  });

  test('does not take a broken Docker for none', async () => {
    await expect(choose([], {}, unasked).chosen).rejects.toThrow('asked for nothing');
  });
});
