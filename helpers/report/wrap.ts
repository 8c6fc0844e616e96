/** The text in lines of at most `width` characters, broken at spaces; a word that is longer than a line stays whole. */
export function wrap(text: string, width: number): string[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((paragraph) => {
      const lines: string[] = [];
      for (const word of paragraph.trim().split(/\s+/)) {
        const last = lines.at(-1);
        if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
        else lines.push(word);
      }
      return lines;
    });
}
