import { randomUUID } from 'node:crypto';
import type { Container, ContainerStatus } from '../objects.ts';
import type { Outcome } from '../runtime.ts';
import type { World } from '../world.ts';
import { Images } from './images.ts';
import { userOf } from './inspection.ts';
import { Prober } from './prober.ts';
import type { Machine, Process, Program } from './process.ts';

type State = NonNullable<ContainerStatus['state']>;

/** In seconds: how long a container that ended waits for its next start, at first and at most. Source: Kubernetes, Pod lifecycle. */
const FIRST_DELAY = 10;
const LONGEST_DELAY = 300;

export interface RunnerOptions {
  readonly container: Container;
  readonly restartPolicy: string;
  readonly machine: Omit<Machine, 'print'>;
  readonly images: Images;
  readonly world: World;
  /** Called after every change of the status. */
  changed(): void;
}

/** One container of a pod: starts it, probes it, starts it again, and tells its state. */
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

  /** The exit code, once it has ended for good. */
  get ended(): Promise<number> {
    return this.over;
  }

  get exitCode(): number | undefined {
    return this.state.terminated?.exitCode;
  }

  get isRunning(): boolean {
    return this.state.running !== undefined;
  }

  /** Whether it has ever been started. */
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
    const objection = this.objection();
    if (objection) {
      this.become({ waiting: objection });
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
    this.become({ running: { startedAt } });
    this.process.ended.then((code) => this.onEnd(code, startedAt));
  }

  /** Ends it for good. */
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
    const add = (kind: string, probe: typeof startupProbe, tell: (success: boolean) => void) => {
      const onFailure = () => world.event(this.machine.pod, 'Unhealthy', `${kind} probe failed`);
      if (probe) this.probers.push(new Prober(probe, this.machine, program, world.clock, tell, onFailure));
    };
    const others = () => {
      add('Liveness', livenessProbe, (success) => !success && this.process?.stop());
      add('Readiness', readinessProbe, (success) => {
        this.ready = success;
        this.options.changed();
      });
    };
    if (startupProbe) add('Startup', startupProbe, (success) => (success ? others() : this.process?.stop()));
    else others();
  }

  private onEnd(code: number, startedAt: string): void {
    for (const prober of this.probers) prober.stop();
    this.probers = [];
    this.ready = false;
    const finishedAt = this.options.world.clock.timestamp();
    const reason = code === 0 ? 'Completed' : 'Error';
    const containerID = `containerd://${this.containerId}`;
    this.become({ terminated: { exitCode: code, reason, startedAt, finishedAt, containerID } });
    const { restartPolicy } = this.options;
    const isOver = this.stopping || restartPolicy === 'Never' || (restartPolicy === 'OnFailure' && code === 0);
    if (isOver) this.finish(code);
    else this.restart();
  }

  /** The first time at once, and after that each time later. */
  private restart(): void {
    const delay = this.restarts === 0 ? 0 : Math.min(FIRST_DELAY * 2 ** (this.restarts - 1), LONGEST_DELAY);
    const again = () => {
      this.restarts += 1;
      this.start();
    };
    this.lastState = this.state;
    if (delay > 0)
      this.become({ waiting: { reason: 'CrashLoopBackOff', message: `back-off ${delay}s restarting failed container` } });
    this.cancelRestart = this.options.world.clock.after(delay, again);
  }

  /** Why the container cannot be started. */
  private objection(): { reason: string; message: string } | undefined {
    const { container, images, world, machine } = this.options;
    const { image = '', envFrom = [], imagePullPolicy } = container;
    if (!images.programOf(container)) {
      return imagePullPolicy === 'Never'
        ? { reason: 'ErrImageNeverPull', message: `Container image "${image}" is not present with pull policy of Never` }
        : { reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}"` };
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

  private become(state: State): void {
    this.state = state;
    this.options.changed();
  }

  private print(text: string): void {
    this.output = (this.output ?? '') + text;
  }
}
