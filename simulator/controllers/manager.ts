import type { World } from '../world.ts';

/** Brings what is there closer to what is wanted, from whatever state; it is called again until nothing changes. */
export interface Controller {
  /** The keys of the resources whose changes concern it. */
  readonly watches: readonly string[];
  /** Whether time alone can give it something to do. */
  readonly timed?: boolean;
  reconcile(world: World): void;
}

/** How long changes are gathered before controllers look at them, and how often time is looked at: in milliseconds of the wall. */
const GATHER = 3;
const TICK = 250;

/** Calls controllers when something has changed. */
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
    if (due.size > 0) scheduled ??= setTimeout(run, GATHER);
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
