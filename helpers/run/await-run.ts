import { isInRun, isSerial, runDirectory } from '../suite/current-run.ts';
import { isRunStateWritten, isSerialReleased } from '../suite/run-state.ts';
import { seconds, waitFor } from '../wait.ts';

// Every spec loads it, and there is time for that now.
import '../suite/requirement.ts';

/**
 * Jest evaluates this before each spec file: the command starts jest while the exporter is being installed, and a spec is read when
 * the run's state says what it has to work with. What runs alone waits for its turn as well. Where the installation fails, the
 * command ends jest.
 */
if (isInRun()) {
  const directory = runDirectory();
  await waitFor({
    what: isSerial() ? 'the end of all other requirements' : "the run's state",
    within: seconds(900),
    every: 50,
    observe: async () => isRunStateWritten(directory) && (!isSerial() || isSerialReleased(directory)),
    until: (isTurn) => isTurn,
    describe: () => `none in ${directory}`,
  });
}
