import type { UsageSample } from '../../../provisioning/repositories/usage-repository.js';
import { html, type Markup } from './html.js';
import { showBytes, showDay, showTime, table } from './tables.js';
import { legendKey } from './usage-bar.js';

export interface UsagePlot {
  /** Ascending by time; each holds until the next one. */
  readonly samples: readonly UsageSample[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Drawn as a line across; null: none. */
  readonly limitBytes: number | null;
}

const size = { width: 960, height: 260, left: 66, right: 12, top: 12, bottom: 28 };
const lines = [
  ['mail', ({ mailBytes }: UsageSample) => mailBytes],
  ['files', ({ fileBytes }: UsageSample) => fileBytes],
  ['total', ({ mailBytes, fileBytes }: UsageSample) => mailBytes + fileBytes],
] as const;
/** Maximum rows of the table, spread evenly over the period. */
const mostRows = 200;

/** Usage of a user over time, as lines and as a table. */
export function usagePlot(plot: UsagePlot): Markup {
  const { samples, fromMs, toMs, limitBytes } = plot;
  const most = Math.max(limitBytes ?? 0, ...samples.map((each) => each.mailBytes + each.fileBytes));
  const top = roundUp(most);
  const x = (atMs: number) =>
    tenths(
      size.left +
        ((Math.max(atMs, fromMs) - fromMs) / Math.max(1, toMs - fromMs)) *
          (size.width - size.left - size.right),
    );
  const y = (bytes: number) =>
    tenths(size.height - size.bottom - (bytes / top) * (size.height - size.top - size.bottom));
  const limit =
    limitBytes !== null &&
    html`<line
      class="limit-line"
      x1="${size.left}"
      x2="${size.width - size.right}"
      y1="${y(limitBytes)}"
      y2="${y(limitBytes)}"
    />`;
  return html`<div class="scroll" role="region" aria-label="Plot of usage over time" tabindex="0">
      <svg class="plot" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="${summary(plot)}">
        ${horizontals(top, y)}${dates(fromMs, toMs, x)}${limit}
        ${lines.map(([kind, of]) => html`<polyline class="${kind}" points="${steps(samples, toMs, of, x, y)}" />`)}
      </svg>
    </div>
    <ul class="legend">
      ${lines.map(([kind]) => html`<li>${legendKey(kind, true)}${kind}</li>`)}
      ${limitBytes !== null && html`<li>${legendKey('limit', true)}limit today</li>`}
    </ul>
    <details>
      <summary>The same as a table</summary>
      ${asTable(samples)}
    </details>`;
}

function asTable(samples: readonly UsageSample[]): Markup {
  const every = Math.ceil(samples.length / mostRows);
  const shown = samples.toReversed().filter((_sample, index) => index % every === 0);
  const rows = shown.map(({ atMs, mailBytes, fileBytes }) => [
    showTime(atMs),
    showBytes(mailBytes),
    showBytes(fileBytes),
    showBytes(mailBytes + fileBytes),
  ]);
  const number = (name: string) => ({ name, kind: 'number' as const });
  const columns = [
    { name: 'Since', kind: 'nowrap' as const },
    number('Mail'),
    number('Files'),
    number('Total'),
  ];
  return table('Usage over time, newest first', columns, rows);
}

function summary({ samples, fromMs, toMs }: UsagePlot): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined) return 'No samples yet';
  const total = ({ mailBytes, fileBytes }: UsageSample) => showBytes(mailBytes + fileBytes);
  return `Mail and files together from ${showDay(fromMs)} to ${showDay(toMs)}: ${total(first)} at the beginning, ${total(last)} at the end`;
}

/** Usage is constant between samples, so the lines are steps. */
function steps(
  samples: readonly UsageSample[],
  toMs: number,
  of: (sample: UsageSample) => number,
  x: (atMs: number) => number,
  y: (bytes: number) => number,
): string {
  const points: string[] = [];
  let before: number | null = null;
  for (const sample of samples) {
    const [at, height] = [x(sample.atMs), y(of(sample))];
    if (before !== null && before !== height) points.push(`${at},${before}`);
    points.push(`${at},${height}`);
    before = height;
  }
  if (before !== null) points.push(`${x(toMs)},${before}`);
  return points.join(' ');
}

function horizontals(top: number, y: (bytes: number) => number): Markup[] {
  return [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const at = y(top * part);
    return html`<line
        class="grid-line"
        x1="${size.left}"
        x2="${size.width - size.right}"
        y1="${at}"
        y2="${at}"
      />
      <text x="${size.left - 8}" y="${at + 4}" text-anchor="end">${showBytes(top * part)}</text>`;
  });
}

function dates(fromMs: number, toMs: number, x: (atMs: number) => number): Markup[] {
  const parts = 5;
  return Array.from({ length: parts + 1 }, (_none, index) => {
    const atMs = fromMs + ((toMs - fromMs) * index) / parts;
    const anchor = index === 0 ? 'start' : index === parts ? 'end' : 'middle';
    return html`<text x="${x(atMs)}" y="${size.height - 8}" text-anchor="${anchor}"
      >${showDay(atMs).slice(5)}</text
    >`;
  });
}

/** A round number of bytes that is not less, and whose quarters are round, too. */
function roundUp(bytes: number): number {
  const unit = 1024 ** Math.floor(Math.log(Math.max(1, bytes)) / Math.log(1024));
  const steps = [1, 2, 4, 8, 12, 16, 20, 40, 60, 80, 100, 120, 160, 200, 240, 300, 400, 500, 600, 800, 1024];
  const factor = steps.find((step) => step * unit >= bytes) ?? 1024;
  return Math.max(4, factor * unit);
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10;
}
