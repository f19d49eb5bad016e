import type { BenchPlot } from './page/plot.js';

/** How a run of the bench is to be done. */
export interface BenchOptions {
  /** Tiny counts: shows that everything still answers rightly, not how fast. Nothing is written to disk. */
  readonly isShort: boolean;
  /** A part that is not installed is a failure instead of being skipped. */
  readonly requiresAll: boolean;
  /** How often each case is measured; medians are over these. */
  readonly rounds: number;
  /** How long one measurement of a round is meant to take, in milliseconds. */
  readonly roundMs: number;
  /** Tells the person who waits what is going on. */
  readonly say: (text: string) => void;
}

/** One line of the table. null: not measured or without meaning here. */
export interface BenchRow {
  /** What was asked, e.g. `create, MariaDB`. */
  readonly case: string;
  /** Who answered, e.g. `Oxbow`. */
  readonly what: string;
  /** Answers per second. */
  readonly rps: number | null;
  /** CPU time of the service per answer, user and system, in microseconds. */
  readonly cpuMicros: number | null;
  /** CPU time of the database server per answer, in microseconds. */
  readonly databaseCpuMicros: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  /** Memory of the service after the measurement, in MiB. */
  readonly rssMb: number | null;
  readonly note?: string;
}

/** A goal of the issue beside what was measured. */
export interface BenchGoal {
  readonly text: string;
  /** As a person reads it, e.g. `≤ 1.1` or `≥ 0.8`. */
  readonly target: string;
  /** null: not measured, because something was missing. */
  readonly measured: number | null;
  /** The least and the greatest value of a round; null where there is but one. */
  readonly spread: Spread | null;
  /** null: not measured. */
  readonly isMet: boolean | null;
  /** Why it was missed or not measured, or what else must be known to read it. */
  readonly explanation?: string;
}

export interface Spread {
  readonly min: number;
  readonly max: number;
}

/** What a group found out. */
export interface GroupResult {
  readonly rows: readonly BenchRow[];
  readonly goals: readonly BenchGoal[];
  readonly plots?: readonly BenchPlot[];
  /** Sentences for the page, e.g. the list of statements of a create. Markdown. */
  readonly notes?: readonly string[];
  /** Names of what was not installed. */
  readonly skipped?: readonly string[];
}

/** One part of the bench. */
export interface BenchGroup {
  /** As `--only` takes it. */
  readonly name: string;
  readonly title: string;
  /** @throws Error when a server does not answer rightly */
  run(options: BenchOptions): Promise<GroupResult>;
}
