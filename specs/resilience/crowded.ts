import type { Interference } from '../../helpers/suite/mutant/interference.ts';
import { isScrape } from '../../helpers/suite/mutant/scrapes.ts';
import { seconds } from '../../helpers/wait.ts';

/** How long an answer is held back, so that scrapes that are asked for at once also are answered at once. */
const heldBack = seconds(0.5);

/** Cuts off what is asked for while that many scrapes are being answered. */
export const crowded = (most: number) => (): Interference => {
  let atOnce = 0;
  return {
    answer: (passing) => {
      if (!isScrape(passing)) return undefined;
      atOnce += 1;
      const tooMany = atOnce > most;
      return async (answer) => {
        await new Promise((resolve) => setTimeout(resolve, heldBack));
        atOnce -= 1;
        return tooMany ? { ...answer, body: answer.body.slice(0, answer.body.length / 2) } : answer;
      };
    },
  };
};
