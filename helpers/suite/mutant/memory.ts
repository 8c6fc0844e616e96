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

/** Tells the lines that are meant only once they have been there for that many milliseconds. */
export const late = (age: number, isMeant: (line: string) => boolean) => (): Interference => {
  const since = new Map<string, number>();
  return answers(isScrape, (answer) => {
    const now = performance.now();
    const isDue = (line: string) => {
      const first = since.get(line) ?? now;
      since.set(line, first);
      return now - first >= age;
    };
    const lines = answer.body.split('\n').filter((line) => !isMeant(line) || isDue(line));
    return { ...answer, body: lines.join('\n') };
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
