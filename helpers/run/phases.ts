import type { Phase } from '../report/model.ts';

/** How long each part of a run took. */
export class Phases {
  private readonly done: Phase[] = [];

  /** @param tell is told the name of each part as it begins */
  constructor(private readonly tell: (name: string) => void) {}

  /** Runs a part and takes its time, also when it fails. */
  async run<T>(name: string, part: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.tell(name);
    try {
      return await part();
    } finally {
      this.done.push({ name, durationMs: Math.round(performance.now() - begun) });
    }
  }

  list(): readonly Phase[] {
    return [...this.done];
  }
}
