import type { Interference, Passing, PassingAnswer } from './interference.ts';
import { answers, isScrape } from './scrapes.ts';

/** Keeps lines that were once in a scrape in every later one. */
export const remembered = (isMeant: (line: string) => boolean) => (): Interference => {
  const kept = new Set<string>();
  return answers(isScrape, (answer) => {
    const lines = answer.body.split('\n');
    for (const line of lines.filter(isMeant)) kept.add(line);
    const gone = [...kept].filter((line) => !lines.includes(line));
    return { ...answer, body: answer.body + gone.map((line) => `${line}\n`).join('') };
  });
};

/** Answers every scrape with the newest of those that are that many milliseconds old, or with the first. */
export const late = (age: number) => (): Interference => {
  const seen: { readonly at: number; readonly body: string }[] = [];
  return answers(isScrape, (answer) => {
    const now = performance.now();
    seen.push({ at: now, body: answer.body });
    const old = seen.findLast(({ at }) => now - at >= age) ?? seen[0];
    return { ...answer, body: old?.body ?? answer.body };
  });
};

/** Alters scrapes only from the moment on when something else has passed. */
export const scrapesAfter =
  (passes: (passing: Passing) => boolean, alter: (answer: PassingAnswer) => PassingAnswer) => (): Interference => {
    let passed = false;
    const altering = answers(isScrape, alter);
    return {
      answer: (passing) => {
        passed ||= passes(passing);
        return passed ? altering.answer?.(passing) : undefined;
      },
    };
  };
