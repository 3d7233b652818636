/** The benchmarks there are: one file each, and a line here. Loaded when they run: to list them takes no cloud. */
import type { Findings } from './report.ts';

/** Whole numbers that a benchmark may be asked for, by the flag of the command line. */
export const scales = { 'size-mb': { most: 99_999, about: 'MiB' }, devices: { most: 10_000_000, about: 'devices' }, branches: { most: 100_000, about: 'branches' }, rows: { most: 10_000_000, about: 'rows' } } as const;
export type Scale = keyof typeof scales;
export type RunOptions = { readonly [S in Scale]?: number };

/** `say` tells people how far it is, on stderr. Takes about two minutes at most. */
export type Run = (say: (line: string) => void, options: RunOptions) => Promise<Findings>;

export interface Benchmark {
  readonly name: string;
  /** One line: what it measures, and in what. */
  readonly about: string;
  /** Flags that it takes. */
  readonly takes?: readonly Scale[];
  readonly load: () => Promise<{ readonly run: Run }>;
}

export const benchmarks: readonly Benchmark[] = [
  { name: 'dynamodb', about: 'calls and capacity units of DynamoDB per operation, by table', load: () => import('./dynamodb.ts') },
  { name: 'bundles', about: 'size of each Lambda bundle (bytes, and zipped), and its import time in a new process (ms, median)', load: () => import('./bundles.ts') },
  { name: 'cost', about: 'what a rollout costs on AWS per 1,000 devices (USD), from counted calls and the prices of bench/cost/prices.json', load: () => import('./cost.ts') },
  { name: 'cycles', about: 'install cycles per second of the local cloud, from the plan\'s start to the last proof, as fast as time can jump', load: () => import('./cycles.ts') },
  { name: 'exchange', about: 'what a device\'s requests cost: calls and capacity of DynamoDB, CPU, latency and throughput; SCEP and pushes per second', load: () => import('./exchange.ts') },
  { name: 'export', about: 'the distribution status of a fleet of --rows N devices as a job: s, MB of memory, calls, and whether each row is there once', takes: ['rows'], load: () => import('./export.ts') },
  { name: 'fleet', about: 'a rollout to --devices N in --branches M, checked device by device: mismatches, calls per wave, the busiest partition key (writes/s), and the links against the preview', takes: ['devices', 'branches'], load: () => import('./fleet.ts') },
  { name: 'fuzz', about: 'a million damaged inputs to every decoder of bytes from outside: how each ends, and the slowest (ms)', load: () => import('./fuzz.ts') },
  { name: 'load', about: 'how far the load that a preview foretells is off, with --devices N, for users as it assumes them and for others: bytes, peak and its time', takes: ['devices'], load: () => import('./load.ts') },
  { name: 'night', about: 'a night of sleeping phones with an open limit and without, --devices N in each branch: how many download at once', takes: ['devices'], load: () => import('./night.ts') },
  { name: 'package', about: 'what reading a package of --size-mb N costs (bytes, requests, MB, s), and its digests', takes: ['size-mb'], load: () => import('./package.ts') },
  { name: 'preview', about: 'what the preview of a plan for --devices N in --branches M costs: waves, load and advice (s, CPU s, MB)', takes: ['devices', 'branches'], load: () => import('./preview.ts') },
  { name: 'sweep', about: 'how fast the sweep works off the timers of --branches N waves that opened in the same minute (timers/min, calls per timer)', takes: ['branches'], load: () => import('./sweep.ts') },
  { name: 'start', about: 'seconds from `npm start` to its first line, the booted cloud and the demo\'s first wave', load: () => import('./start.ts') },
];
