import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { Worker } from 'node:worker_threads';

/** One piece of work for a hashing thread: a new bcrypt hash, or a look whether one belongs to a password. */
export type SlowHashTask =
  | { readonly kind: 'hash'; readonly password: string; readonly cost: number }
  | { readonly kind: 'verify'; readonly password: string; readonly hash: string };

/** What bcrypt says of a failure stays in the thread: it may repeat what it was given. */
export type SlowHashAnswer = { readonly value: string | boolean } | { readonly failed: true };

/**
 * What a thread runs, as a text, so that it is the same whether the sources run or what was built from them (a thread does not
 * take part in the compilation of the main one). Linux has a priority per thread, and the number 0 names the calling one;
 * elsewhere it would be that of the whole process. A sandbox may forbid it: hashes are right without, only less polite.
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
export function startSlowHashThread(niceness: number = constants.priority.PRIORITY_BELOW_NORMAL): Worker {
  const bcrypt = createRequire(import.meta.url).resolve('@node-rs/bcrypt');
  return new Worker(program, {
    eval: true,
    execArgv: [],
    workerData: { bcrypt, niceness },
    // It holds two short texts at a time.
    resourceLimits: { maxYoungGenerationSizeMb: 1 },
  });
}
