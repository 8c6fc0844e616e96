import { seconds } from '../wait.ts';
import { type AreaContext, areaContext } from './context.ts';
import { currentRun, isInRun } from './current-run.ts';
import { type RegisteredRequirement, register } from './declared.ts';
import type { RequirementDeclaration, RequirementRecord } from './record.ts';
import { hardLimit, runRequirement } from './run-requirement.ts';

/** The globals of jest; absent where specs are only listed. */
interface TestFrame {
  readonly describe?: (name: string, body: () => void) => void;
  readonly test?: (name: string, body: () => Promise<void>, timeout: number) => void;
}

/** Jest's timeout comes after the requirement's own limit, whose error is clearer. */
const jestLimit = hardLimit + seconds(10);

interface Declaring {
  readonly area: string;
  readonly serial: boolean;
  /** In a run: created for the first requirement that needs it. */
  context(): Promise<AreaContext>;
}

let declaring: Declaring | undefined;

/**
 * Declares an area: a group of requirements.
 * @param name as in the ids: `scheduling`
 * @param body declares the requirements
 * @param serial whether its requirements disturb others and therefore run after them, one at a time
 */
export function area(name: string, body: () => void, { serial = false }: { serial?: boolean } = {}): void {
  const { describe } = testFrame();
  const declare = () => {
    let shared: Promise<AreaContext> | undefined;
    const context = () => {
      shared ??= areaContext(currentRun(), name);
      return shared;
    };
    declaring = { area: name, serial, context };
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
 * @param declaration its sentence, its source, and when it is verified
 * @param verify throws when the requirement is not met
 */
export function requirement(name: string, declaration: RequirementDeclaration, verify: RegisteredRequirement['verify']): void {
  if (!declaring) throw new Error(`The requirement "${name}" is declared outside of an area.`);
  const { context } = declaring;
  const registered = { ...recordOf(name, declaring.area, declaring.serial, declaration), verify };
  register(registered);
  const { test } = testFrame();
  if (test && currentRun().selected.includes(registered.id)) {
    test(registered.sentence, () => runRequirement(registered, currentRun(), context), jestLimit);
  }
}

/** The globals of jest, in a run; where specs are only listed, they declare their requirements and no tests. */
function testFrame(): TestFrame {
  return isInRun() ? (globalThis as TestFrame) : {};
}

function recordOf(name: string, within: string, serial: boolean, declaration: RequirementDeclaration): RequirementRecord {
  const { sentence, level = 'must', source, feature = 'core', needs = [], explainedBy = [], only, makes, reads } = declaration;
  const record = { id: `${within}/${name}`, area: within, sentence, level, source, feature, needs, explainedBy, serial };
  return { ...record, ...(only && { only }), ...(makes && { makes }), ...(reads && { reads }) };
}
