import { currentRun, isInRun } from '../run/current-run.ts';
import { type RequirementContext, requirementContext } from './context.ts';
import type { RequirementDeclaration, RequirementRecord } from './record.ts';
import { register } from './registry.ts';
import { runRequirement } from './run-requirement.ts';

type Verify = (context: RequirementContext) => Promise<void>;

/** What jest gives to a spec; absent where specs are only listed. */
interface TestFrame {
  readonly describe?: (name: string, body: () => void) => void;
  readonly test?: (name: string, body: () => Promise<void>, timeout: number) => void;
}

/** How long jest lets a requirement take before it ends it itself: well above the longest wait of any requirement. */
const hardLimit = 240_000;

let declaring: { readonly area: string; readonly alone: boolean } | undefined;

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param body declares the requirements
 * @param alone whether its requirements disturb others, and therefore run after them, one at a time
 */
export function area(name: string, body: () => void, { alone = false }: { alone?: boolean } = {}): void {
  const { describe } = testFrame();
  const declare = () => {
    declaring = { area: name, alone };
    try {
      body();
    } finally {
      declaring = undefined;
    }
  };
  if (describe) describe(name, declare);
  else declare();
}

/**
 * Declares one requirement, and, in a run that selects it, the jest test that verifies it.
 * @param name the part of the id behind the area
 * @param declaration what it says and where that comes from
 * @param verify throws when the requirement is not met
 */
export function requirement(name: string, declaration: RequirementDeclaration, verify: Verify): void {
  if (!declaring) throw new Error(`The requirement "${name}" is declared outside of an area.`);
  const record = recordOf(name, declaring.area, declaring.alone, declaration);
  register(record);
  const { test } = testFrame();
  if (test && currentRun().selected.includes(record.id)) {
    test(
      record.sentence,
      () => runRequirement(record, (observed) => requirementContext(record.area, observed).then(verify)),
      hardLimit,
    );
  }
}

/** What jest gives, in a run; where specs are only listed, by the command or by a test, they declare and do nothing more. */
function testFrame(): TestFrame {
  return isInRun() ? (globalThis as TestFrame) : {};
}

function recordOf(name: string, within: string, alone: boolean, declaration: RequirementDeclaration): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], only } = declaration;
  const record = { id: `${within}/${name}`, area: within, sentence, level, source, feature, needs, alone };
  return only === undefined ? record : { ...record, only };
}
