import { createRequire } from 'node:module';
import { availableParallelism, constants } from 'node:os';
import { Worker } from 'node:worker_threads';
import { errors } from '../errors/errors.js';

export interface SlowHashesOptions {
  /** Hashes computed at once. */
  readonly threads: number;
  /** Tasks that may wait, of each kind. */
  readonly maxWaiting: number;
  /** Idle time until a thread ends, since each holds some 9 MB. 5 seconds by default. */
  readonly idleMs?: number;
  readonly startThread?: () => HashingThread;
}

const defaultIdleMs = 5_000;

/** The part of a worker thread that is used here. */
export type HashingThread = Pick<Worker, 'on' | 'postMessage' | 'ref' | 'unref' | 'terminate'>;

interface Job {
  readonly task: SlowHashTask;
  readonly resolve: (value: string | boolean) => void;
  readonly reject: (error: Error) => void;
}

/**
 * Computes bcrypt hashes in low-priority threads, so that other calls are not slowed. New hashes and password
 * checks queue separately and take turns, so that neither can block the other. Threads start on demand, end
 * when idle, and do not keep the process alive.
 */
export class SlowHashes {
  private readonly waiting: Record<SlowHashTask['kind'], Job[]> = { hash: [], verify: [] };
  /** With the timer that ends each. */
  private readonly idle = new Map<HashingThread, NodeJS.Timeout>();
  private readonly jobs = new Map<HashingThread, Job>();
  private nextKind: SlowHashTask['kind'] = 'hash';

  constructor(private readonly options: SlowHashesOptions) {}

  /** A new bcrypt hash of a password. @throws ProvisioningError Storage when too many are waiting already */
  async hash(password: string, cost: number): Promise<string> {
    return (await this.run({ kind: 'hash', password, cost })) as string;
  }

  /**
   * True when a password matches a bcrypt hash.
   * @throws ProvisioningError Storage when too many are waiting already
   */
  async verify(password: string, hash: string): Promise<boolean> {
    return (await this.run({ kind: 'verify', password, hash })) as boolean;
  }

  private run(task: SlowHashTask): Promise<string | boolean> {
    return new Promise((resolve, reject) => {
      const job = { task, resolve, reject };
      const thread = this.takeIdle() ?? (this.jobs.size < this.options.threads ? this.start() : null);
      if (thread !== null) this.give(thread, job);
      else if (this.waiting[task.kind].length < this.options.maxWaiting) this.waiting[task.kind].push(job);
      else reject(errors.tooManyHashes());
    });
  }

  private start(): HashingThread {
    const thread = (this.options.startThread ?? startSlowHashThread)();
    thread.on('message', (answer: SlowHashAnswer) => this.finish(thread, answer));
    thread.on('error', () => undefined);
    thread.on('exit', () => this.lose(thread));
    return thread;
  }

  private give(thread: HashingThread, job: Job): void {
    this.jobs.set(thread, job);
    thread.ref();
    thread.postMessage(job.task);
  }

  private finish(thread: HashingThread, answer: SlowHashAnswer): void {
    const job = this.jobs.get(thread);
    this.jobs.delete(thread);
    const next = this.takeWaiting();
    if (next !== undefined) this.give(thread, next);
    else this.rest(thread);
    if ('failed' in answer) job?.reject(new Error('bcrypt failed'));
    else job?.resolve(answer.value);
  }

  private rest(thread: HashingThread): void {
    thread.unref();
    const end = (): void => {
      this.idle.delete(thread);
      void thread.terminate();
    };
    this.idle.set(thread, setTimeout(end, this.options.idleMs ?? defaultIdleMs).unref());
  }

  /** The one that worked last, so that the others can end. */
  private takeIdle(): HashingThread | null {
    const [thread, timer] = [...this.idle].at(-1) ?? [null];
    if (thread !== null) this.idle.delete(thread);
    clearTimeout(timer);
    return thread;
  }

  /** A thread that ended by itself takes its job with it; a new one goes on with what is waiting. */
  private lose(thread: HashingThread): void {
    const job = this.jobs.get(thread);
    this.jobs.delete(thread);
    clearTimeout(this.idle.get(thread));
    this.idle.delete(thread);
    job?.reject(new Error('a hashing thread ended'));
    const next = job && this.takeWaiting();
    if (next !== undefined) this.give(this.start(), next);
  }

  private takeWaiting(): Job | undefined {
    const first = this.nextKind;
    const second = first === 'hash' ? 'verify' : 'hash';
    const job = this.waiting[first].shift() ?? this.waiting[second].shift();
    if (job !== undefined) this.nextKind = job.task.kind === 'hash' ? 'verify' : 'hash';
    return job;
  }
}

/**
 * Number of hashing threads. With a per-thread priority they may use every core, since they yield; elsewhere
 * one core stays free.
 */
export function hashingThreads(cores = availableParallelism(), platform = process.platform): number {
  return Math.max(1, Math.min(4, platform === 'linux' ? cores : cores - 1));
}

/** Task of a hashing thread: a new bcrypt hash, or a check of a password. */
export type SlowHashTask =
  | { readonly kind: 'hash'; readonly password: string; readonly cost: number }
  | { readonly kind: 'verify'; readonly password: string; readonly hash: string };

/** Failures stay in the thread without bcrypt's message, which may repeat its input. */
export type SlowHashAnswer = { readonly value: string | boolean } | { readonly failed: true };

/**
 * Program of a thread, as a text, so that it is the same in sources and build. The compilation of the main
 * thread does not apply to threads. Linux has a priority per thread, and the number 0 names the calling one.
 * Elsewhere it would be the priority of the whole process. A sandbox may forbid it: then hashes just compete
 * for CPU time.
 */
const program = `
'use strict';
const { parentPort, workerData } = require('node:worker_threads');
const { hashSync, verifySync } = require(workerData.bcrypt);
if (process.platform === 'linux') {
  try {
    require('node:os').setPriority(0, workerData.niceness);
  } catch {}
}
function run(task) {
  try {
    const { kind, password, cost, hash } = task;
    return { value: kind === 'hash' ? hashSync(password, cost) : verifySync(password, hash) };
  } catch {
    return { failed: true };
  }
}
parentPort.on('message', (task) => parentPort.postMessage(run(task)));
`;

/** Starts a thread of a low priority that answers every SlowHashTask with a SlowHashAnswer. */
function startSlowHashThread(niceness: number = constants.priority.PRIORITY_BELOW_NORMAL): Worker {
  const bcrypt = createRequire(import.meta.url).resolve('@node-rs/bcrypt');
  return new Worker(program, {
    eval: true,
    execArgv: [],
    workerData: { bcrypt, niceness },
    // It holds two short texts at a time.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
}
