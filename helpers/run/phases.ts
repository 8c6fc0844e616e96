import type { Phase } from '../report/model.ts';

/** How long each part of a run took, told as it goes along. */
export class Phases {
  private readonly done: Phase[] = [];

  constructor(private readonly tell: (line: string) => void) {}

  /** Runs a part and takes its time, also when it fails. */
  async run<T>(name: string, part: () => Promise<T>): Promise<T> {
    const begun = performance.now();
    this.tell(`${name} …`);
    try {
      return await part();
    } finally {
      const durationMs = Math.round(performance.now() - begun);
      this.done.push({ name, durationMs });
      this.tell(`${name}: ${(durationMs / 1000).toFixed(1)} s`);
    }
  }

  list(): readonly Phase[] {
    return [...this.done];
  }
}
