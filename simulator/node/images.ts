import { get } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { repositoryOf, tagOf } from '../../helpers/exporter/image.ts';
import { inspectionScript } from '../../helpers/exporter/inspection-script.ts';
import { atLeast, parseVersion } from '../../helpers/version.ts';
import type { Container } from '../objects.ts';
import { inspection, mountInfo } from './inspection.ts';
import { endless, type Machine, type Outcome, type Process, type Program } from './process.ts';

/** The releases of the exporter that have images: from the first, up to and excluding the last. */
const FIRST = '2.0';
const AFTER_LAST = '2.21';

/** The images that nodes can run: the exporter, CoreDNS, Prometheus, kube-rbac-proxy and busybox. */
export class Images {
  constructor(
    private readonly exporter: Program,
    private readonly dns: Program,
    private readonly prometheus: { readonly image: string | undefined; readonly program: Program },
    /** The images that run busybox. */
    private readonly shells: readonly string[],
    private readonly proxy: Program,
  ) {}

  /** @returns undefined for an image that cannot be pulled */
  programOf({ image = '' }: Container): Program | undefined {
    const name = repositoryOf(image).split('/').at(-1);
    if (name === 'coredns') return this.dns;
    if (name === 'kube-rbac-proxy') return this.proxy;
    if (image === this.prometheus.image) return this.prometheus.program;
    if (name !== 'kube-state-metrics') return this.shells.includes(image) ? busybox : undefined;
    const tag = tagOf(image) ?? '';
    if (!/^v\d+\.\d+\.\d+$/.test(tag)) return undefined;
    const release = parseVersion(tag);
    return atLeast(release, FIRST) && !atLeast(release, AFTER_LAST) ? this.exporter : undefined;
  }

  /** The default user id of an image. */
  static userOf({ image = '' }: Container): number {
    return repositoryOf(image).endsWith('kube-state-metrics') ? 65_534 : 0;
  }
}

/** The outcome of a script that ends, or that it keeps running. */
type Effect = Outcome | 'running';
type Script = readonly [pattern: RegExp, run: (found: readonly string[], machine: Machine) => Effect | Promise<Effect>];

const exit = (code: number, stdout = '', stderr = ''): Outcome => ({ code, stdout, stderr });

/** The command lines that the suite uses in containers. Any other exits with 127. */
const scripts: readonly Script[] = [
  [/^true$/, () => exit(0)],
  [/^false$/, () => exit(1)],
  [/^exit (\d+)$/, ([, code]) => exit(Number(code))],
  [/^cat \/proc\/self\/mountinfo$/, (_, { container }) => exit(0, mountInfo(container))],
  [
    /^cat \/proc\/net\/tcp$/,
    (_, { connections }) =>
      exit(0, `  sl  local_address rem_address\n${connections.map((connection) => connection.line()).join('\n')}\n`),
  ],
  [/^test -f (\S+)$/, ([, file = ''], { files }) => exit(files.has(file) ? 0 : 1)],
  [
    /^touch (\S+)$/,
    ([, file = ''], { files }) => {
      files.add(file);
      return exit(0);
    },
  ],
  // Copies are not needed: the stand-in has no files of its own.
  [/^cp -L /, () => exit(0)],
  [/^rm (\S+)$/, ([, file = ''], { files }) => exit(files.delete(file) ? 0 : 1)],
  [
    /^touch (\S+); .*while true/,
    ([, file = ''], { files }) => {
      files.add(file);
      return 'running';
    },
  ],
  [
    /wget -q -O - http:\/\/([^:/]+):(\d+)(\S*)$/,
    ([, host = '', port, path = ''], machine) => wget(machine, host, Number(port), path),
  ],
  [/-lt (\d+).*printf '([^']*)'.*\| nc (\S+) (\d+) \| head -c (\d+) \| wc -c$/, readPartially],
  [/-lt (\d+).*printf '([^']*)'.*\| nc (\S+) (\d+) \| sleep/, stall],
  [/^sleep \d+$|while true|^nc -ll -p \d+ -e nc .* & wait$/, () => 'running'],
  // The only processes that the suite stops are those of a relay to the API server.
  [
    /^kill -(STOP|CONT) -1$/,
    ([, signal], { network, ip }) => {
      if (signal === 'STOP') network.pause(ip);
      else network.resume(ip);
      return exit(0);
    },
  ],
];

/** A stand-in for busybox. */
const busybox: Program = {
  start: (machine) => {
    const { container, print, connections } = machine;
    const process = endless(() => {
      for (const connection of connections) connection.close();
    });
    let end: (code: number) => void;
    const ended = new Promise<number>((resolve) => {
      end = resolve;
    });
    effectOf(machine, [...(container.command ?? []), ...(container.args ?? [])]).then((effect) => {
      if (effect === 'running') return;
      print(effect.stdout + effect.stderr);
      end(effect.code);
    });
    return { ended: Promise.race([ended, process.ended]), stop: process.stop } satisfies Process;
  },
  run: async (machine, command) => {
    const effect = await effectOf(machine, command);
    return effect === 'running' ? exit(124) : effect;
  },
};

async function effectOf(machine: Machine, command: readonly string[]): Promise<Effect> {
  const isShell = command[0] === 'sh' && command[1] === '-c';
  const line = isShell ? (command[2] ?? '') : command.join(' ');
  if (line === inspectionScript) return inspected(machine);
  for (const [pattern, run] of scripts) {
    const found = pattern.exec(line);
    if (found) return run(found, machine);
  }
  return exit(127, '', `simulated: no script for: ${line}\n`);
}

/** The output of the inspection script in an ephemeral container, for its target container. */
function inspected({ pod, container }: Machine): Outcome {
  const { targetContainerName } = container as { targetContainerName?: string };
  const target = pod.spec.containers.find(({ name }) => name === targetContainerName);
  return target ? exit(0, inspection(pod, target, NOBODY)) : exit(1);
}

/** The user of the exporter's image. */
const NOBODY = 65_534;

function wget({ network, resolve, route }: Machine, host: string, port: number, path: string): Promise<Effect> {
  const [ip] = isIP(host) ? [host] : resolve(host);
  if (ip === undefined) return Promise.resolve(exit(1, '', `wget: bad address '${host}:${port}'\n`));
  const target = route(ip, port);
  const real = target && network.realPort(target.ip, target.port);
  if (real === undefined) return Promise.resolve(exit(1, '', `wget: can't connect to remote host (${ip}): Connection refused\n`));
  return new Promise((done) => {
    get({ host: '127.0.0.1', port: real, path }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => done(response.statusCode === 200 ? exit(0, text) : exit(1, '', 'wget: server returned error\n')));
    }).on('error', (error) => done(exit(1, '', `wget: ${error.message}\n`)));
  });
}

/** Sends a request `count` times over one connection. */
function sendRequests(machine: Machine, [, count, request = '', ip = '', port]: readonly string[]): Socket | undefined {
  const socket = machine.network.connect(ip, Number(port));
  socket?.on('error', () => socket.destroy());
  socket?.write(request.replaceAll('\\r', '\r').replaceAll('\\n', '\n').repeat(Number(count)));
  return socket;
}

function readPartially(found: readonly string[], machine: Machine): Promise<Effect> {
  const limit = Number(found[5]);
  return new Promise((done) => {
    const socket = sendRequests(machine, found);
    let read = 0;
    socket?.on('data', (chunk) => {
      read += chunk.length;
      if (read >= limit) socket.destroy();
    });
    const end = () => done(exit(0, `${Math.min(read, limit)}\n`));
    if (socket) socket.on('close', end);
    else end();
  });
}

function stall(found: readonly string[], machine: Machine): Effect {
  const socket = sendRequests(machine, found)?.pause();
  const [, , , ip = '', port] = found;
  if (!socket) return exit(1);
  const hex = (value: number, digits: number) => value.toString(16).toUpperCase().padStart(digits, '0');
  machine.connections.push({
    line: () => {
      const unread = machine.network.unread(ip, Number(port), socket);
      return `   0: 00000000:0000 00000000:${hex(Number(port), 4)} 01 00000000:${hex(unread, 8)}`;
    },
    close: () => socket.destroy(),
  });
  return 'running';
}
