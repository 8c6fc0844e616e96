import type { PassingAnswer } from './interference.ts';
import type { Alteration } from './scrapes.ts';

/** Alters the first line that is meant, and no other. */
export function firstLine(isMeant: (line: string) => boolean, alter: (line: string) => readonly string[]): Alteration {
  return (body) => {
    const lines = body.split('\n');
    const index = lines.findIndex(isMeant);
    if (index >= 0) lines.splice(index, 1, ...alter(lines[index] as string));
    return lines.join('\n');
  };
}

/** Alters every line that is meant. */
export function everyLine(isMeant: (line: string) => boolean, alter: (line: string) => readonly string[]): Alteration {
  return (body) =>
    body
      .split('\n')
      .flatMap((line) => (isMeant(line) ? alter(line) : [line]))
      .join('\n');
}

/** Whether a line is a sample of a family, with a label's value in it where one is told. */
export const sampleOf =
  (family: string, with_ = '') =>
  (line: string): boolean =>
    line.startsWith(`${family}{`) && line.includes(with_);

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

/** Cuts the text in the middle of a line, in its middle. */
export const truncated: Alteration = (body) => {
  const end = body.indexOf('\n', Math.floor(body.length / 2));
  const begin = body.lastIndexOf('\n', end - 1);
  return body.slice(0, Math.floor((begin + end) / 2));
};

/** The text with lines before its end. */
export const withLines =
  (...lines: readonly string[]): Alteration =>
  (body) =>
    `${body}${lines.join('\n')}\n`;

/** The answer with its body altered. */
export const withBody =
  (alter: Alteration) =>
  (answer: PassingAnswer): PassingAnswer => ({ ...answer, body: alter(answer.body) });

/** The answer cut off after so many characters. */
export const cutOff = (length: number) => withBody((body) => body.slice(0, length));
