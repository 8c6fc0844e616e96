import type { World } from '../world.ts';

/** Moves the actual state closer to the desired state. Reconciles all of its objects, and is called again until nothing changes. */
export interface Controller {
  /** The keys of the resources whose events trigger it. */
  readonly watches: readonly string[];
  /** Whether it also runs periodically. */
  readonly timed?: boolean;
  reconcile(world: World): void;
}

/** The delay that batches events, and the period of timed controllers, in real milliseconds. */
const BATCH_DELAY = 3;
const TICK = 250;

/** Runs controllers on events and periodically. @returns stops them */
export function startControllers(world: World, controllers: readonly Controller[]): () => void {
  const due = new Set<Controller>(controllers);
  let scheduled: NodeJS.Timeout | undefined;
  const run = () => {
    scheduled = undefined;
    const now = [...due];
    due.clear();
    for (const controller of now) controller.reconcile(world);
  };
  const schedule = () => {
    if (due.size > 0) scheduled ??= setTimeout(run, BATCH_DELAY);
  };
  const unlisten = world.store.listen(({ resource }) => {
    for (const controller of controllers) if (controller.watches.includes(resource)) due.add(controller);
    schedule();
  });
  const ticking = setInterval(() => {
    for (const controller of controllers) if (controller.timed) due.add(controller);
    schedule();
  }, TICK);
  schedule();
  return () => {
    unlisten();
    clearInterval(ticking);
    clearTimeout(scheduled);
  };
}
