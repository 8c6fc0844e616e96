import { writeSample } from '../../helpers/accounting/series.ts';

type Labels = Readonly<Record<string, string>>;

interface Family {
  readonly type: 'gauge' | 'counter' | 'histogram';
  readonly samples: readonly (readonly [suffix: string, labels: Labels, value: number])[];
}

/** The metrics of the exporter about itself. */
export class Telemetry {
  private readonly reads = new Map<string, number>();
  private requests = 0;
  private readonly started = Date.now() / 1000;

  /** @param version for build_info: `v2.5.0` */
  constructor(private readonly version: string) {}

  /** Counts a list or a watch of a Go type: `*v1.Pod`. */
  count(verb: 'list' | 'watch', goType: string, result: 'success' | 'error'): void {
    const key = `${verb} ${goType} ${result}`;
    this.reads.set(key, (this.reads.get(key) ?? 0) + 1);
  }

  request(): void {
    this.requests += 1;
  }

  /** The exposition in the text format. */
  text(): string {
    return Object.entries(this.families())
      .map(([name, { type, samples }]) => {
        const lines = samples.map(([suffix, labels, value]) => writeSample(name + suffix, labels, value));
        return [`# HELP ${name} simulated`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
      })
      .join('');
  }

  private families(): Readonly<Record<string, Family>> {
    const { heapUsed, rss } = process.memoryUsage();
    const gauge = (value: number, labels: Labels = {}): Family => ({ type: 'gauge', samples: [['', labels, value]] });
    const handler = { handler: 'metrics', method: 'get' };
    return {
      go_goroutines: gauge(1),
      go_info: gauge(1, { version: 'simulated' }),
      go_memstats_alloc_bytes: gauge(heapUsed),
      http_request_duration_seconds: {
        type: 'histogram',
        samples: [
          ['_bucket', { ...handler, le: '+Inf' }, this.requests],
          ['_sum', handler, 0],
          ['_count', handler, this.requests],
        ],
      },
      kube_state_metrics_build_info: gauge(1, { version: `${this.version}+simulated` }),
      kube_state_metrics_list_total: this.counter('list'),
      kube_state_metrics_watch_total: this.counter('watch'),
      kube_state_metrics_shard_ordinal: gauge(0, { shard_ordinal: '0' }),
      kube_state_metrics_total_shards: gauge(1),
      process_cpu_seconds_total: { type: 'counter', samples: [['', {}, process.cpuUsage().user / 1e6]] },
      process_open_fds: gauge(1),
      process_resident_memory_bytes: gauge(rss),
      process_start_time_seconds: gauge(this.started),
    };
  }

  private counter(verb: string): Family {
    const counts = [...this.reads].map(([key, value]) => ({ parts: key.split(' '), value }));
    const ofVerb = counts.filter(({ parts }) => parts[0] === verb);
    return {
      type: 'counter',
      samples: ofVerb.map(({ parts: [, resource = '', result = ''], value }) => ['', { resource, result }, value]),
    };
  }
}
