import type { Interference, ProxiedAnswer, ProxiedRequest } from './interference.ts';
import { answers, isScrape } from './scrapes.ts';

/** Adds matching lines of earlier scrapes to every later one. */
export const remembered = (matches: (line: string) => boolean) => (): Interference => {
  const kept = new Set<string>();
  return answers(isScrape, (answer) => {
    const lines = answer.body.split('\n');
    for (const line of lines.filter(matches)) kept.add(line);
    const gone = [...kept].filter((line) => !lines.includes(line));
    return { ...answer, body: answer.body + gone.map((line) => `${line}\n`).join('') };
  });
};

/** Withholds matching lines until they have been in scrapes for a number of milliseconds. */
export const late = (age: number, matches: (line: string) => boolean) => (): Interference => {
  const since = new Map<string, number>();
  return answers(isScrape, (answer) => {
    const now = performance.now();
    const isDue = (line: string) => {
      const first = since.get(line) ?? now;
      since.set(line, first);
      return now - first >= age;
    };
    const lines = answer.body.split('\n').filter((line) => !matches(line) || isDue(line));
    return { ...answer, body: lines.join('\n') };
  });
};

/** Alters every scrape after a request for which `passes` holds. */
export const scrapesAfter =
  (passes: (passing: ProxiedRequest) => boolean, alter: (answer: ProxiedAnswer) => ProxiedAnswer) => (): Interference => {
    let passed = false;
    const altering = answers(isScrape, alter);
    return {
      answer: (passing) => {
        passed ||= passes(passing);
        return passed ? altering.answer?.(passing) : undefined;
      },
    };
  };
