import { promisedProbes } from '../../target/profile.ts';
import type { Target } from '../../target/target.ts';
import type { Probe } from '../../target/workload.ts';
import { atLeast } from '../../version.ts';
import type { GateDifference } from '../difference.ts';
import { type AskedPath, answerSince, documentedAnswer, type PathAnswer } from './answers.ts';

/** A path, and what each side answered on it. */
export interface AnsweredPath extends AskedPath {
  readonly old: PathAnswer;
  readonly new: PathAnswer;
}

type Sided = Pick<Target, 'version' | 'ports' | 'probes' | 'container'>;

/** Paths that answer something else than before, and probes of the candidate's manifests that its documentation no longer has. */
export function gateEndpoints(old: Sided, now: Sided, answered: readonly AnsweredPath[]): readonly GateDifference[] {
  return [
    ...answered.flatMap((one) => gatePath(old, now, one)),
    ...gateProbe('liveness', now, answered),
    ...gateProbe('readiness', now, answered),
    ...gateTimeouts(old, now),
  ];
}

/** What nobody sees within a minute is told as it is documented. Source: kube-state-metrics, change log and options, 2.13. */
function gateTimeouts(old: Sided, now: Sided): readonly GateDifference[] {
  if (atLeast(old.version, '2.13') || !atLeast(now.version, '2.13')) return [];
  return [
    {
      id: 'endpoints/timeouts',
      part: 'endpoints',
      sentence:
        'A request or an answer that takes longer than 60 s is cut off, and a connection that is idle for 5 minutes. ' +
        'Since 2.13, by its documentation; the gate does not wait that long.',
      severity: 'know',
      origin: 'documented',
      since: '2.13',
      old: ['no limit'],
      new: ['--server-read-timeout=1m0s --server-write-timeout=1m0s --server-idle-timeout=5m0s'],
    },
  ];
}

function gatePath(old: Sided, now: Sided, answered: AnsweredPath): readonly GateDifference[] {
  const { port, path } = answered;
  if (answered.old === answered.new) return [];
  const documented =
    documentedAnswer(old.version, answered) === answered.old && documentedAnswer(now.version, answered) === answered.new;
  const since = answerSince(old.version, now.version, answered);
  return [
    {
      id: `endpoints/${port}${path}`,
      part: 'endpoints',
      sentence:
        `On port ${now.ports[port].number}, ${path} answers with ${answered.new}, and answered with ${answered.old}.` +
        (documented && since !== undefined ? ` Since ${since}.` : ' No documentation that the gate knows explains it.'),
      severity: documented || answered.new === 'its own answer' ? 'know' : 'reject',
      origin: documented ? 'documented' : 'surprise',
      ...(documented && since !== undefined ? { since } : {}),
      old: [answered.old],
      new: [answered.new],
    },
  ];
}

function gateProbe(name: 'liveness' | 'readiness', now: Sided, answered: readonly AnsweredPath[]): readonly GateDifference[] {
  const httpGet = now.probes[name]?.httpGet;
  if (!httpGet) return [];
  const { path = '/' } = httpGet;
  const port = portOf(httpGet.port, now);
  const promised = promisedProbes(now.version)[name];
  const [documented = ''] = promised.paths;
  const written = `${path} on port ${httpGet.port}`;
  const right = `${documented} on port ${now.ports[promised.port].number}`;
  const seen = answered.find((one) => one.port === port && one.path === path);
  const id = `endpoints/probe/${name}`;
  if (seen?.new === 'not found') {
    const sentence = `The ${name} probe of the candidate’s manifests asks for ${written}, where nothing answers.`;
    return [{ id, part: 'endpoints', sentence, severity: 'reject', advice: `Ask for ${right}.`, old: [], new: [written] }];
  }
  if (port === promised.port && path === documented) return [];
  const since = atLeast(now.version, '2.13') ? { since: '2.13' } : {};
  const sentence = `The ${name} probe of the candidate’s manifests asks for ${written}; its documentation says ${right}${since.since ? ' since 2.13' : ''}.`;
  const origin = 'documented' as const;
  return [
    { id, part: 'endpoints', sentence, severity: 'know', origin, ...since, advice: `Ask for ${right}.`, old: [], new: [written] },
  ];
}

/** What the probes of a side's manifests ask for, known or not. */
export function probedPaths(side: Sided): readonly AskedPath[] {
  return [side.probes.liveness, side.probes.readiness].flatMap((probe) => {
    const port = probe?.httpGet && portOf(probe.httpGet.port, side);
    return port === undefined ? [] : [{ port, path: probe?.httpGet?.path ?? '/' }];
  });
}

function portOf(port: NonNullable<Probe['httpGet']>['port'], { ports, container }: Sided): AskedPath['port'] | undefined {
  const named = container.ports?.find(({ name }) => name === port)?.containerPort;
  const number = named ?? Number(port);
  if (number === ports.metrics.number) return 'metrics';
  return number === ports.telemetry.number ? 'telemetry' : undefined;
}
