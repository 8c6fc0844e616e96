import { randomUUID } from 'node:crypto';
import type { Container, ContainerStatus } from '../objects.ts';
import type { World } from '../world.ts';
import { Images } from './images.ts';
import { userOf } from './inspection.ts';
import { Prober } from './prober.ts';
import type { Machine, Outcome, Process, Program } from './process.ts';

type State = NonNullable<ContainerStatus['state']>;

/** The first and the longest back-off before a restart, in seconds. Source: Kubernetes, Pod lifecycle. */
const FIRST_DELAY = 10;
const LONGEST_DELAY = 300;

export interface RunnerOptions {
  readonly container: Container;
  readonly restartPolicy: string;
  readonly machine: Omit<Machine, 'print'>;
  readonly images: Images;
  readonly world: World;
  /** Called after every change of the status. */
  onChange(): void;
}

/** Runs a container of a pod: starts, probes and restarts it, and reports its status. */
export class ContainerRunner {
  private state: State = { waiting: { reason: 'ContainerCreating' } };
  private lastState: State = {};
  private restarts = 0;
  private ready = false;
  private output: string | undefined;
  private previousOutput: string | undefined;
  private containerId = '';
  private process: Process | undefined;
  private probers: Prober[] = [];
  private cancelRestart: () => void = () => undefined;
  private stopping = false;
  private readonly machine: Machine;
  private readonly over: Promise<number>;
  private finish: (code: number) => void = () => undefined;

  constructor(private readonly options: RunnerOptions) {
    this.machine = { ...options.machine, print: (text) => this.print(text) };
    this.over = new Promise((resolve) => {
      this.finish = resolve;
    });
  }

  /** The exit code, when it has ended and will not be restarted. */
  get ended(): Promise<number> {
    return this.over;
  }

  get exitCode(): number | undefined {
    return this.state.terminated?.exitCode;
  }

  get isRunning(): boolean {
    return this.state.running !== undefined;
  }

  /** Whether it has been started at least once. */
  get hasRun(): boolean {
    return this.output !== undefined;
  }

  get status(): ContainerStatus {
    const { image = '', name } = this.options.container;
    const id = this.containerId === '' ? '' : `containerd://${this.containerId}`;
    return {
      name,
      state: this.state,
      lastState: this.lastState,
      ready: this.ready,
      restartCount: this.restarts,
      image,
      imageID: id === '' ? '' : `${image}@simulated`,
      ...(id === '' ? {} : { containerID: id }),
      started: this.isRunning,
    };
  }

  start(): void {
    const waiting = this.startError();
    if (waiting) {
      this.setState({ waiting });
      return;
    }
    const program = this.options.images.programOf(this.options.container) as Program;
    this.previousOutput = this.output;
    this.output = '';
    this.containerId = randomUUID().replaceAll('-', '');
    const startedAt = this.options.world.clock.timestamp();
    this.process = program.start(this.machine);
    this.ready = !this.options.container.readinessProbe;
    this.probe(program);
    this.setState({ running: { startedAt } });
    this.process.ended.then((code) => this.onEnd(code, startedAt));
  }

  /** Stops it without a restart. */
  stop(): void {
    this.stopping = true;
    this.cancelRestart();
    if (this.isRunning) this.process?.stop();
    else this.finish(this.exitCode ?? 137);
  }

  log(previous: boolean): string | undefined {
    return previous ? this.previousOutput : this.output;
  }

  async exec(command: readonly string[]): Promise<Outcome> {
    const program = this.options.images.programOf(this.options.container);
    if (!program || !this.isRunning) return { code: 126, stdout: '', stderr: 'the container does not run\n' };
    return program.run(this.machine, command);
  }

  private probe(program: Program): void {
    const { startupProbe, livenessProbe, readinessProbe } = this.options.container;
    const { world } = this.options;
    const add = (kind: string, probe: typeof startupProbe, onResult: (success: boolean) => void) => {
      const onFailure = (words: string) => world.event(this.machine.pod, 'Unhealthy', `${kind} probe failed: ${words}`);
      if (probe) this.probers.push(new Prober(probe, this.machine, program, world.clock, onResult, onFailure));
    };
    const startOtherProbes = () => {
      add('Liveness', livenessProbe, (success) => !success && this.process?.stop());
      add('Readiness', readinessProbe, (success) => {
        this.ready = success;
        this.options.onChange();
      });
    };
    if (startupProbe) add('Startup', startupProbe, (success) => (success ? startOtherProbes() : this.process?.stop()));
    else startOtherProbes();
  }

  private onEnd(code: number, startedAt: string): void {
    for (const prober of this.probers) prober.stop();
    this.probers = [];
    this.ready = false;
    const finishedAt = this.options.world.clock.timestamp();
    const reason = code === 0 ? 'Completed' : 'Error';
    const containerID = `containerd://${this.containerId}`;
    this.setState({ terminated: { exitCode: code, reason, startedAt, finishedAt, containerID } });
    const { restartPolicy } = this.options;
    const isFinal = this.stopping || restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && code === 0);
    if (isFinal) this.finish(code);
    else this.restart();
  }

  /** Restarts at once the first time, then with exponential back-off. */
  private restart(): void {
    const delay = this.restarts === 0 ? 0 : Math.min(FIRST_DELAY * 2 ** (this.restarts - 1), LONGEST_DELAY);
    const start = () => {
      this.restarts += 1;
      this.start();
    };
    this.lastState = this.state;
    if (delay > 0)
      this.setState({ waiting: { reason: 'CrashLoopBackOff', message: `back-off ${delay}s restarting failed container` } });
    this.cancelRestart = this.options.world.clock.after(delay, start);
  }

  /** The waiting state of a container that cannot be started; undefined when it can. */
  private startError(): { reason: string; message: string } | undefined {
    const { container, images, world, machine } = this.options;
    const { image = '', envFrom = [], imagePullPolicy } = container;
    if (!images.programOf(container)) {
      return imagePullPolicy === 'Never'
        ? { reason: 'ErrImageNeverPull', message: `Container image "${image}" is not present with pull policy of Never` }
        : { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${image}: not found` };
    }
    const { namespace } = machine.pod.metadata;
    const missing = envFrom.find(
      ({ configMapRef: ref }) => ref && !world.store.find('configmaps', { namespace, name: ref.name ?? '' }),
    );
    const reason = 'CreateContainerConfigError';
    if (missing) return { reason, message: `configmap "${missing.configMapRef?.name}" not found` };
    const nonRoot = container.securityContext?.runAsNonRoot ?? machine.pod.spec.securityContext?.runAsNonRoot;
    const isRoot = userOf(machine.pod, container, Images.userOf(container)) === 0;
    return nonRoot && isRoot ? { reason, message: 'container has runAsNonRoot and image will run as root' } : undefined;
  }

  private setState(state: State): void {
    this.state = state;
    this.options.onChange();
  }

  private print(text: string): void {
    this.output = (this.output ?? '') + text;
  }
}
