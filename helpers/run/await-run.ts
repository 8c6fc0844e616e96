import { isInRun, runDirectory } from './current-run.ts';
import { isRunStateWritten } from './run-state.ts';
// Every spec loads it, and there is time for that now.
import '../requirement/requirement.ts';
import { seconds, waitFor } from '../wait.ts';

/**
 * Jest evaluates this before each spec file: the command starts jest while the exporter is being installed, and a spec is read when
 * the run's state says what it has to work with. Where the installation fails, the command ends jest.
 */
if (isInRun()) {
  const directory = runDirectory();
  await waitFor({
    what: "the run's state",
    within: seconds(900),
    every: 50,
    observe: async () => isRunStateWritten(directory),
    until: (written) => written,
    describe: () => `none in ${directory}`,
  });
}
