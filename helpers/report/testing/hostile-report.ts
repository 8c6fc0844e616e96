import type { Report, RequirementResult } from '../model.ts';
import { sampleReport } from './sample-report.ts';

const hostileText = '<script>alert("x")</script> & ```\n| a | `b` \u0001\x1b[31mred\x1b[0m ]]>';

/** The sample, with text wherever others may have written it that every format must take for nothing but text. */
export function hostileReport(text = hostileText): Report {
  const requirements = sampleReport().requirements.map((requirement): RequirementResult => {
    if (requirement.status === 'failed') return { ...requirement, sentence: text, actual: text, expected: text, see: text };
    return requirement.reason === undefined ? requirement : { ...requirement, reason: text };
  });
  return sampleReport({
    verdict: 'infrastructure',
    requirements,
    reason: text,
    target: text,
    exporter: { image: text, version: text },
    cluster: { kind: 'kubeconfig', image: text, kubernetes: text, nodes: 1 },
    phases: [{ name: text, durationMs: 1 }],
    leftovers: [text],
  });
}
