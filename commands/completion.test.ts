import { execFileSync } from 'node:child_process';
import { Command, Option } from 'commander';
import { completionScript } from './completion.ts';

const program = new Command('conform');
program
  .command('e2e')
  .description("Verifies it, doesn't it?")
  .addOption(new Option('--cluster <KIND>', 'where: [here]').choices(['k3s', 'simulated']))
  .option('--reports <DIR>', 'the directory')
  .option('--keep', 'keep it');
program.command('check').description('Checks a file.').argument('<file>', 'the file').option('--json', 'write JSON');

/** What bash offers for the last of the words. */
function completions(...words: readonly string[]): readonly string[] {
  const script = `${completionScript('bash', program)}
    COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
    _conform
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const printed = execFileSync('bash', ['-c', script, 'bash', 'conform', ...words], { encoding: 'utf8' });
  return printed.split('\n').filter((line) => line !== '');
}

describe('bash completes', () => {
  test.each([
    [['ch'], ['check']],
    [
      ['e2e', ''],
      ['--cluster', '--reports', '--keep', '--help'],
    ],
    [['e2e', '--k'], ['--keep']],
    [
      ['e2e', '--cluster', ''],
      ['k3s', 'simulated'],
    ],
    [['e2e', '--cluster', '=', 's'], ['simulated']],
    [
      ['e2e', '--keep', '--cluster', '='],
      ['k3s', 'simulated'],
    ],
    [['check', '--j'], ['--json']],
  ])('%j with %j', (words, candidates) => {
    expect(completions(...words)).toEqual(candidates);
  });

  test.each([[['e2e', '--reports', 'r']], [['check', '']]])('%j with files: it offers nothing else', (words) => {
    expect(completions(...words)).toEqual([]);
  });
});

test('zsh gets each option with its description and values, escaped', () => {
  const script = completionScript('zsh', program);

  expect(script).toMatch(/^#compdef conform\n/);
  expect(script).toContain("'e2e:Verifies it, doesn'\\''t it?'");
  expect(script).toContain("'--cluster=[where\\: \\[here\\]]:KIND:(k3s simulated)'");
  expect(script).toContain("'--reports=[the directory]:DIR:_files'");
  expect(script).toContain("'--keep[keep it]'");
  expect(script).toContain("'*:file:_files'");
});

test('fish gets each option of the command that it belongs to', () => {
  const lines = completionScript('fish', program).split('\n');
  const inCommand = "complete -c conform -n '__fish_seen_subcommand_from";

  expect(lines).toContain("complete -c conform -n __fish_use_subcommand -a e2e -d 'Verifies it, doesn\\'t it?'");
  expect(lines).toContain(`${inCommand} e2e' -l cluster -x -a 'k3s simulated' -d 'where: [here]'`);
  expect(lines).toContain(`${inCommand} e2e' -l reports -r -F -d 'the directory'`);
  expect(lines).toContain(`${inCommand} check' -F`);
});
