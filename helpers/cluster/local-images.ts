import { InfrastructureError } from '../errors.ts';
import { type Wait, waitFor } from '../wait.ts';
import type { Docker } from './docker.ts';

/** An image that cannot be pulled. Whether it exists is known only where `isFinal`. */
export class ImageUnavailable extends InfrastructureError {
  /** @param words what the registry, or whoever pulled, answered */
  constructor(
    readonly image: string,
    readonly words: string,
    readonly isFinal = isFinalRefusal(words),
  ) {
    super(
      `The image ${image} cannot be pulled: ${words.trim().replace(/\.$/, '')}. ${
        isFinal
          ? 'Name an image that exists, or log in to its registry (docker login, or --registries FILE).'
          : 'Check the connection to its registry and run again, or load the image into the local Docker (docker load).'
      }`,
    );
  }
}

/** Whether a registry's refusal is final: any other failure of a pull may pass. */
export function isFinalRefusal(words: string): boolean {
  return /\bnot found\b|\bdenied\b|manifest unknown/i.test(words) && !/\bhost not found\b|could not be found/i.test(words);
}

/** How long a pull may make no progress, failed attempts included, before it is given up, in milliseconds. */
const stallBudget = 60_000;

/** The pause after a failed attempt, and between two progress lines, in milliseconds. */
const retryPause = 2_000;
const reportInterval = 5_000;

/** No line is too slow for an image as long as bytes arrive. */
const longestPull = 4 * 3600 * 1000;

export interface PullSettings {
  /** Receives progress lines. */
  note(line: string): void;
  /** Ends all pulls. */
  readonly signal?: AbortSignal;
  /** Stops a pull without progress earlier; for tests. */
  readonly stallBudget?: number;
}

/** What the local Docker has under an image's name. */
export interface LocalImage {
  readonly id: string;
  readonly platform: { readonly os: string; readonly architecture: string; readonly variant?: string };
}

/** @returns undefined where the local Docker does not have the image */
export async function findLocalImage(docker: Docker, image: string): Promise<LocalImage | undefined> {
  try {
    const found = await docker.container.dockerode.getImage(image).inspect();
    const { Id: id, Os: os, Architecture: architecture } = found;
    const { Variant: variant } = found as { readonly Variant?: string };
    return { id, platform: { os, architecture, ...(variant && { variant }) } };
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return undefined;
    throw new InfrastructureError(`Docker did not answer whether it has the image ${image}: ${wordsOf(error)}.`);
  }
}

/**
 * Pulls into the local Docker what it does not have, all images at the same time, with a progress line each. Failed attempts are reported
 * and repeated as long as a pull made progress within the last minute.
 * @throws ImageUnavailable with the registry's words, at once where they are final
 */
export async function pullAbsentImages(docker: Docker, images: readonly string[], settings: PullSettings): Promise<void> {
  const aborted = new AbortController();
  const signal = AbortSignal.any([aborted.signal, ...(settings.signal ? [settings.signal] : [])]);
  const pulls = [...new Set(images)].map(async (image) => {
    if (await findLocalImage(docker, image)) return;
    const pull = new Pull(docker, image, settings, signal);
    await waitFor(pull.wait());
    pull.report(`pulled, ${pull.progress()}`);
  });
  try {
    await Promise.all(pulls);
  } catch (error) {
    aborted.abort(error);
    await Promise.allSettled(pulls);
    throw error;
  }
}

/** One event of Docker's pull stream. Source: Docker Engine API, POST /images/create. */
interface PullEvent {
  readonly id?: string;
  readonly status?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
}

class Pull {
  readonly #layers = new Map<string, { readonly done: number; readonly total: number }>();
  readonly #begun = performance.now();
  #attempt: AbortController | undefined;
  #isPulled = false;
  #words = 'its registry has not answered yet';
  #failedAt = Number.NEGATIVE_INFINITY;
  #progressAt = performance.now();
  #reportedAt = performance.now();

  constructor(
    private readonly docker: Docker,
    private readonly image: string,
    private readonly settings: PullSettings,
    private readonly signal: AbortSignal,
  ) {
    this.report('not in the local Docker, is being pulled');
  }

  report(text: string): void {
    this.#reportedAt = performance.now();
    this.settings.note(`${this.image}: ${text}`);
  }

  /** `12.3 of 45.6 MB, 3.1 MB/s`: layer bytes as far as their sizes are known, and the mean rate since the start. */
  progress(): string {
    const layers = [...this.#layers.values()];
    const done = layers.reduce((sum, layer) => sum + layer.done, 0);
    const total = layers.reduce((sum, layer) => sum + layer.total, 0);
    const rate = done / Math.max(1, performance.now() - this.#begun) / 1000;
    return `${megabytes(done)} of ${megabytes(total)} MB, ${rate.toFixed(1)} MB/s`;
  }

  wait(): Wait<undefined> {
    const budget = this.settings.stallBudget ?? stallBudget;
    return {
      what: `the image ${this.image} in the local Docker`,
      within: longestPull,
      observe: async () => {
        this.signal.throwIfAborted();
        const now = performance.now();
        if (isFinalRefusal(this.#words) && this.#attempt === undefined) throw new ImageUnavailable(this.image, this.#words);
        if (!this.#isPulled && now - this.#progressAt >= budget) {
          this.#attempt?.abort();
          throw new ImageUnavailable(this.image, `${this.#words} (no progress for ${budget / 1000} s)`, false);
        }
        if (!this.#isPulled && this.#attempt === undefined && now - this.#failedAt >= retryPause) this.#start();
        if (this.#layers.size > 0 && now - this.#reportedAt >= reportInterval) this.report(this.progress());
        return undefined;
      },
      until: () => this.#isPulled,
      describe: () => this.#words,
    };
  }

  #start(): void {
    const attempt = new AbortController();
    this.#attempt = attempt;
    const abort = () => attempt.abort();
    this.signal.addEventListener('abort', abort, { once: true });
    this.#pull(attempt.signal)
      .then(
        () => {
          this.#isPulled = true;
        },
        (error: unknown) => {
          this.#words = wordsOf(error);
          this.#failedAt = performance.now();
          if (!attempt.signal.aborted && !isFinalRefusal(this.#words)) this.report(`${this.#words}; trying again`);
        },
      )
      .finally(() => {
        this.signal.removeEventListener('abort', abort);
        this.#attempt = undefined;
      });
  }

  async #pull(abortSignal: AbortSignal): Promise<void> {
    const { dockerode } = this.docker.container;
    const authconfig = await credentialsFor(this.docker, this.image);
    const stream = await dockerode.pull(this.image, { abortSignal, ...(authconfig && { authconfig }) });
    await new Promise<void>((resolve, reject) => {
      dockerode.modem.followProgress(
        stream,
        (error: Error | null, events: readonly PullEvent[] = []) => {
          const refusal = events.find((event) => event.error !== undefined)?.error;
          if (error) reject(error);
          else if (refusal !== undefined) reject(new Error(refusal));
          else resolve();
        },
        (event: PullEvent) => this.#note(event),
      );
    });
  }

  #note({ id, status, progressDetail: { current = 0, total = 0 } = {} }: PullEvent): void {
    this.#progressAt = performance.now();
    if (id === undefined) return;
    const known = this.#layers.get(id);
    // After a failure Docker downloads a layer again, and at first without its size.
    if (status === 'Downloading') this.#layers.set(id, { done: current, total: Math.max(total, current, known?.total ?? 0) });
    else if (known && /complete|Extracting/.test(status ?? '')) this.#layers.set(id, { ...known, done: known.total });
  }
}

/** The credentials that `docker login` has stored for the image's registry. */
async function credentialsFor(docker: Docker, image: string): Promise<object | undefined> {
  const { getAuthConfig } = await import('testcontainers/build/container-runtime/auth/get-auth-config.js');
  const registry = registryOf(image);
  const { IndexServerAddress } = (await docker.container.dockerode.info()) as { readonly IndexServerAddress: string };
  return getAuthConfig(registry === 'docker.io' ? IndexServerAddress : registry);
}

/**
 * The name under which a node knows an image: `busybox` is `docker.io/library/busybox:latest`.
 * Source: distribution/reference, ParseNormalizedNamed and TagNameOnly.
 */
export function nodeImageName(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const hasRegistry = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  const path = hasRegistry ? rest.join('/') : image;
  const registry = hasRegistry && first !== 'index.docker.io' ? first : 'docker.io';
  const library = registry === 'docker.io' && !path.includes('/') ? 'library/' : '';
  return `${registry}/${library}${path}${/[:@]/.test(path) ? '' : ':latest'}`;
}

/** The host, with its port, of an image's registry. */
export function registryOf(image: string): string {
  return nodeImageName(image).split('/')[0] ?? '';
}

/** What Docker answered, without what dockerode puts around it. */
function wordsOf(error: unknown): string {
  const { json, message } = error as { json?: { message?: string } | null; message?: string };
  return (json?.message ?? message ?? String(error)).replace(/^\(HTTP code \d+\) [^-]*- /, '').trim();
}

function megabytes(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
