import { fork, type ChildProcess } from 'node:child_process';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cpus } from 'node:os';

/**
 * A request that the load generator sends again and again. In `body` and `expect` stands `{{n}}` for the number of the pass,
 * eight digits, different each time, and `{{name}}` for a member of the pass's row or something captured.
 */
export interface LoadStep {
  readonly path: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What every answer must contain. */
  readonly expect?: string;
  /** 200 by default; any other is wrong. */
  readonly status?: number;
  /** Takes the first group of a regular expression out of the answer, for the steps that follow. */
  readonly capture?: { readonly name: string; readonly pattern: string };
}

/** Values for placeholders; pass n takes row n modulo their number. */
export type LoadRow = Readonly<Record<string, string | number>>;

export interface LoadOptions {
  /** `http://127.0.0.1:<port>`; several take turns by connection. */
  readonly url: string | readonly string[];
  /** Done one after the other by each connection, over and over. */
  readonly steps: readonly LoadStep[];
  readonly rows?: readonly LoadRow[];
  readonly connections: number;
  /** Requests in all; at least one for each connection. */
  readonly requests: number;
  /** The number of the first pass. Numbers up to `firstPass` + passes − 1 are used. */
  readonly firstPass: number;
}

export interface LoadResult {
  /** All of them were right. */
  readonly answers: number;
  /** From the first request to the last answer. */
  readonly durationMs: number;
  /** One each answer, in milliseconds. */
  readonly latenciesMs: readonly number[];
  /** CPU time of the load generator itself, in microseconds. Near durationMs × 1000: it was the bottleneck. */
  readonly generatorCpuMicros: number;
  /** How many passes were begun. */
  readonly passes: number;
}

/** What the worker answers: a result, or what went wrong. */
export type LoadAnswer = LoadResult | { readonly failure: string };

/** A process of its own that makes load with autocannon. */
export interface LoadGenerator {
  /** Waits for its turn when asked again meanwhile. @throws Error when an answer was wrong, saying which */
  run(options: LoadOptions): Promise<LoadResult>;
  stop(): void;
}

const tasksetPath = '/usr/bin/taskset';

/** Starts the load generator. @param options.core pins it to one core, where there are several */
export function startLoadGenerator(options: { readonly core?: number } = {}): LoadGenerator {
  const worker = fork(new URL('load-worker.ts', import.meta.url), {
    execArgv: ['--import=tsx', '--max-semi-space-size=64'],
  });
  if (options.core !== undefined) pin(worker, options.core);
  const ended = new Promise<never>((_resolve, reject) => {
    worker.once('exit', () => reject(new Error('the load generator ended')));
  });
  ended.catch(() => undefined);
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (load) => {
      // One after the other: answers do not say to which load they belong, and loads would disturb each other.
      const result = last.then(() => Promise.race([runIn(worker, load), ended]));
      last = result.catch(() => undefined);
      return result;
    },
    stop: () => worker.disconnect(),
  };
}

function pin(worker: ChildProcess, core: number): void {
  if (worker.pid === undefined || cpus().length < 2 || !existsSync(tasksetPath)) return;
  execFileSync(tasksetPath, ['--all-tasks', '--cpu-list', '--pid', String(core), String(worker.pid)], {
    stdio: 'ignore',
  });
}

function runIn(worker: ChildProcess, load: LoadOptions): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: LoadAnswer) => {
      if ('failure' in answer) reject(new Error(answer.failure));
      else resolve(answer);
    });
    worker.send(load);
  });
}
