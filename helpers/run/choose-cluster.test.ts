import { execFileSync } from 'node:child_process';
import { UsageError } from '../errors.ts';
import { withCluster } from './choose-cluster.ts';
import { parseOptions } from './options.ts';

const dockerAnswers = () => Promise.resolve();
const isSilent = () => Promise.reject(new UsageError('No Docker answers.'));
const needless = () => Promise.reject(new Error('Nobody needed Docker.'));
const noCi = { isCI: false, name: null };
const jenkins = { isCI: true, name: 'Jenkins' };

function choose(argv: readonly string[], job: typeof jenkins | typeof noCi, docker: () => Promise<unknown>) {
  const warnings: string[] = [];
  const chosen = withCluster(parseOptions(argv), (text) => warnings.push(text), docker, job);
  return { chosen, warnings };
}

describe('the cluster of a run without --cluster', () => {
  test('is k3s where Docker answers, in CI as well', async () => {
    const { chosen, warnings } = choose([], jenkins, dockerAnswers);
    expect((await chosen).cluster).toBe('k3s');
    expect(warnings).toEqual([]);
  });

  test('is simulated without Docker, under a banner that it is no evidence', async () => {
    const { chosen, warnings } = choose([], noCi, isSilent);
    expect((await chosen).cluster).toBe('simulated');
    expect(warnings.join()).toMatch(/SIMULATED[\s\S]*no evidence/);
  });

  test('is an error in CI without Docker, with what to do', async () => {
    const { chosen } = choose([], jenkins, isSilent);
    await expect(chosen).rejects.toThrow(UsageError);
    await expect(chosen).rejects.toThrow(/in CI \(Jenkins\).*--cluster kubeconfig.*--cluster simulated/);
  });

  test('is not determined when the user names it', async () => {
    const { chosen } = choose(['--cluster', 'simulated'], jenkins, needless);
    expect((await chosen).cluster).toBe('simulated');
  });

  test('does not mistake a broken Docker for none', async () => {
    await expect(choose([], noCi, needless).chosen).rejects.toThrow('Nobody needed Docker.');
  });
});

/** What ci-info finds in a process with these variables only; it reads them when it is loaded. */
function jobWith(variables: Readonly<Record<string, string>>): typeof jenkins {
  const program = "import ci from 'ci-info'; console.log(JSON.stringify(ci))";
  const env = { ...variables, PATH: process.env.PATH } as NodeJS.ProcessEnv;
  return JSON.parse(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8', env }));
}

test.each([
  ['Jenkins', { JENKINS_URL: 'https://jenkins.example', BUILD_ID: '7' }, /^No Docker answers, and in CI \(Jenkins\)/],
  ['a job of which Jenkins sets only the number', { BUILD_ID: '7' }, /^No Docker answers, and in CI \(a variable/],
  ['Azure Pipelines', { TF_BUILD: 'True' }, /^No Docker answers, and in CI \(Azure Pipelines\)/],
  ['TeamCity', { TEAMCITY_VERSION: '2025.03' }, /^No Docker answers, and in CI \(TeamCity\)/],
  ['GitHub', { GITHUB_ACTIONS: 'true', CI: 'true' }, /^No Docker answers, and in CI \(GitHub Actions\)/],
  ['GitLab', { GITLAB_CI: 'true' }, /^No Docker answers, and in CI \(GitLab CI\)/],
  ['any CI system that sets CI', { CI: '1' }, /^No Docker answers, and in CI \(a variable/],
  ['a machine with CI=false', { CI: 'false', BUILD_ID: '7' }, /^simulated$/],
  ['a desktop', {}, /^simulated$/],
])('without Docker, on %s', async (_, variables, outcome) => {
  const { chosen } = choose([], jobWith(variables), isSilent);
  const text = await chosen.then(
    ({ cluster }) => cluster,
    (error: Error) => error.message,
  );
  expect(text).toMatch(outcome);
});
