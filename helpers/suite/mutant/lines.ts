import type { ProxiedAnswer } from './interference.ts';
import type { Alteration } from './scrapes.ts';

/** Alters the first line that matches, and no other. */
export function firstLine(matches: (line: string) => boolean, alter: (line: string) => readonly string[]): Alteration {
  return (body) => {
    const lines = body.split('\n');
    const index = lines.findIndex(matches);
    if (index >= 0) lines.splice(index, 1, ...alter(lines[index] as string));
    return lines.join('\n');
  };
}

/** Alters every line that matches. */
export function everyLine(matches: (line: string) => boolean, alter: (line: string) => readonly string[]): Alteration {
  return (body) =>
    body
      .split('\n')
      .flatMap((line) => (matches(line) ? alter(line) : [line]))
      .join('\n');
}

/** Whether a line is a sample of a family, with this text in it. */
export const sampleOf =
  (family: string, fragment = '') =>
  (line: string): boolean =>
    line.startsWith(`${family}{`) && line.includes(fragment);

/** Whether a line is the HELP or TYPE of a family. */
export const headerOf =
  (keyword: 'HELP' | 'TYPE', family: string) =>
  (line: string): boolean =>
    line.startsWith(`# ${keyword} ${family} `);

export const dropped = (): readonly string[] => [];
export const doubled = (line: string): readonly string[] => [line, line];

/** The sample with another value. */
export const valued =
  (value: string) =>
  (line: string): readonly string[] => [line.replace(/ [^ ]+$/, ` ${value}`)];

/** Cuts the text near its middle, within a line. */
export const truncated: Alteration = (body) => {
  const end = body.indexOf('\n', Math.floor(body.length / 2));
  const begin = body.lastIndexOf('\n', end - 1);
  return body.slice(0, Math.floor((begin + end) / 2));
};

/** The text with lines appended. */
export const withLines =
  (...lines: readonly string[]): Alteration =>
  (body) =>
    `${body}${lines.join('\n')}\n`;

/** The answer with its body altered. */
export const withBody =
  (alter: Alteration) =>
  (answer: ProxiedAnswer): ProxiedAnswer => ({ ...answer, body: alter(answer.body) });
