import { isInRun, runDirectory, runsAlone } from './current-run.ts';
import { isAloneReleased, isRunStateWritten } from './run-state.ts';
// Every spec loads it, and there is time for that now.
import '../requirement/requirement.ts';
import { seconds, waitFor } from '../wait.ts';

/**
 * Jest evaluates this before each spec file: the command starts jest while the exporter is being installed, and a spec is read when
 * the run's state says what it has to work with. What runs alone waits for its turn as well. Where the installation fails, the
 * command ends jest.
 */
if (isInRun()) {
  const directory = runDirectory();
  await waitFor({
    what: runsAlone() ? 'the end of all other requirements' : "the run's state",
    within: seconds(900),
    every: 50,
    observe: async () => isRunStateWritten(directory) && (!runsAlone() || isAloneReleased(directory)),
    until: (isTurn) => isTurn,
    describe: () => `none in ${directory}`,
  });
}
