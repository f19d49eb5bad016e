/** Horizontal bars, one a label; several series are stacked. */
export interface BarPlot {
  readonly kind: 'bars';
  /** File name without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** What the axis counts, with its unit, e.g. `CPU per call (µs)`. */
  readonly axis: string;
  readonly series: readonly string[];
  readonly bars: readonly {
    readonly label: string;
    /** As many as there are series. */
    readonly values: readonly number[];
    /** Drawn stronger: our own. */
    readonly isOurs?: boolean;
  }[];
  /** A line across all bars, e.g. a goal. */
  readonly mark?: { readonly value: number; readonly label: string };
}

/** Lines over a common horizontal axis. */
export interface LinePlot {
  readonly kind: 'lines';
  /** File name without `.svg`. */
  readonly name: string;
  readonly title: string;
  /** With units, e.g. `users` and `median latency (ms)`. */
  readonly xAxis: string;
  readonly yAxis: string;
  readonly lines: readonly {
    readonly label: string;
    readonly points: readonly (readonly [x: number, y: number])[];
  }[];
}

/** A drawing for docs/performance/, see {@link writeSvg}. */
export type BenchPlot = BarPlot | LinePlot;
