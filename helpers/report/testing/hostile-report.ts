import type { Report, RequirementResult } from '../model.ts';
import { sampleReport } from './sample-report.ts';

const hostileText = '<script>alert("x")</script> & ```\n| a | `b` \u0001\x1b[31mred\x1b[0m ]]>';

/** The sample, with text in its failures that every format must take for nothing but text. */
export function hostileReport(): Report {
  const requirements = sampleReport().requirements.map(
    (requirement): RequirementResult =>
      requirement.status === 'failed'
        ? { ...requirement, sentence: hostileText, seen: hostileText, wanted: hostileText }
        : requirement,
  );
  return sampleReport({ requirements });
}
