import { style } from './style.ts';

type Palette = Readonly<Record<string, string>>;

/** The palettes of the style sheet, the light one first. */
function palettes(): Palette[] {
  return [...style.markup.matchAll(/--ground[^}]*/g)].map(([block]) =>
    Object.fromEntries([...block.matchAll(/--([a-z]+): (#[0-9a-f]{6})/g)].map(([, name = '', colour = '']) => [name, colour])),
  );
}

/** Relative luminance as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

test.each([
  ['light', 0],
  ['dark', 1],
])('in the %s palette every text can be read on every ground it stands on', (_, index) => {
  const palette = palettes()[index] ?? {};
  const tooFaint = ['text', 'soft', 'link', 'passed', 'failed', 'warn', 'quiet'].flatMap((text) =>
    ['ground', 'card', 'code']
      .filter((ground) => !(contrast(palette[text] ?? '', palette[ground] ?? '') >= 4.5))
      .map((ground) => `${text} on ${ground}`),
  );
  expect(tooFaint).toEqual([]);
});
