import { existsSync } from 'node:fs';
import type { Progress } from '../report/progress.ts';
import { readResults } from '../suite/result-file.ts';

/** How often new results are looked for, in milliseconds. */
const interval = 500;

/** Tells the progress of requirements as their results appear, until the returned function is called. */
export function followResults(directory: string, progress: Progress): () => void {
  const told = new Set<string>();
  const look = () => {
    if (existsSync(directory)) {
      for (const result of readResults(directory)) {
        if (told.has(result.id)) continue;
        told.add(result.id);
        progress.finished({ ...result, status: result.isKnownIssue ? 'known-issue' : result.status });
      }
    }
    progress.tick();
  };
  const timer = setInterval(look, interval);
  return () => {
    clearInterval(timer);
    look();
  };
}
