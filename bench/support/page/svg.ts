import type { BarPlot, BenchPlot, LinePlot } from './plot.js';

const width = 760;
const textHeight = 13;
const left = 210;
const right = 90;
const top = 62;
const barHeight = 20;
const barGap = 8;
const lineHeight = 300;
const ticks = 5;

/** Colours that differ in lightness, too, and hold on white as on black. */
const colours = ['#4285d6', '#e08a1e', '#3a9e6e', '#b05cc6', '#d6504c', '#7c8894'];
const others = ['#9aa7b4', '#c9b79a'];

const style = `
  text { font: ${textHeight}px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 15px }
  .soft { fill: #59636e }
  .grid { stroke: #d1d9e0; stroke-width: 1 }
  .mark { stroke: #cf222e; stroke-width: 1.5; stroke-dasharray: 5 4 }
  .marked { fill: #cf222e }
  .back { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .soft { fill: #9198a1 } .grid { stroke: #3d444d } .mark { stroke: #ff7b72 }
    .marked { fill: #ff7b72 } .back { fill: #0d1117 }
  }`;

/** A drawing as a file of its own, readable in light and dark. */
export function writeSvg(plot: BenchPlot): string {
  const { height, body } = plot.kind === 'bars' ? bars(plot) : lines(plot);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>${escape(plot.title)}</title>
<style>${style}
</style>
<rect class="back" width="100%" height="100%"/>
${text(16, 24, plot.title, 'title')}
${body.join('\n')}
</svg>
`;
}

interface Drawing {
  readonly height: number;
  readonly body: readonly string[];
}

function bars({ bars: all, series, axis, mark }: BarPlot): Drawing {
  const total = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
  const scale = scaleOf(
    Math.max(...all.map(({ values }) => total(values)), mark?.value ?? 0),
    width - left - right,
  );
  const bottom = top + all.length * (barHeight + barGap);
  const body = [...gridX(scale, bottom), text(left, bottom + 38, axis, 'soft'), ...legend(series)];
  all.forEach(({ label, values, isOurs }, row) => {
    const y = top + row * (barHeight + barGap);
    const base = y + barHeight - 5;
    body.push(text(left - 8, base, label, isOurs ? 'title' : '', 'end'));
    let x = left;
    values.forEach((value, index) => {
      const colour = isOurs ? colours[index] : series.length > 1 ? others[index] : others[0];
      body.push(
        `<rect x="${x.toFixed(1)}" y="${y}" width="${scale.at(value).toFixed(1)}" height="${barHeight}" fill="${colour}"/>`,
      );
      x += scale.at(value);
    });
    body.push(text(x + 6, base, shown(total(values))));
  });
  if (mark !== undefined) {
    const x = left + scale.at(mark.value);
    body.push(`<line class="mark" x1="${x}" y1="${top - 6}" x2="${x}" y2="${bottom}"/>`);
    body.push(text(x, top - 10, mark.label, 'marked', x > width / 2 ? 'end' : 'start'));
  }
  return { height: bottom + 54, body };
}

function lines({ lines: all, xAxis, yAxis }: LinePlot): Drawing {
  const points = all.flatMap((line) => line.points);
  const first = 70;
  const x = scaleOf(Math.max(...points.map(([value]) => value)), width - first - 40);
  const y = scaleOf(Math.max(...points.map(([, value]) => value)), lineHeight);
  const bottom = top + lineHeight;
  const body = y.ticks.flatMap((value) => {
    const at = bottom - y.at(value);
    return [
      `<line class="grid" x1="${first}" y1="${at}" x2="${width - 40}" y2="${at}"/>`,
      text(first - 8, at + 4, shown(value), 'soft', 'end'),
    ];
  });
  body.push(
    ...x.ticks.map((value) => text(first + x.at(value), bottom + 18, shown(value), 'soft', 'middle')),
  );
  body.push(text(first, bottom + 38, xAxis, 'soft'), text(16, top - 12, yAxis, 'soft'));
  all.forEach(({ label, points: own }, index) => {
    const colour = colours[index % colours.length] ?? '';
    const path = own.map(([px, py]) => `${(first + x.at(px)).toFixed(1)},${(bottom - y.at(py)).toFixed(1)}`);
    body.push(`<polyline points="${path.join(' ')}" fill="none" stroke="${colour}" stroke-width="2"/>`);
    if (own.length <= manyPoints)
      body.push(
        ...path.map(
          (at) => `<circle cx="${at.split(',')[0]}" cy="${at.split(',')[1]}" r="3" fill="${colour}"/>`,
        ),
      );
    const column = index % legendColumns;
    const rowY = bottom + 62 + Math.floor(index / legendColumns) * 20;
    const columnX = first + column * ((width - first - 40) / legendColumns);
    body.push(
      `<rect x="${columnX}" y="${rowY - 10}" width="12" height="12" fill="${colour}"/>`,
      text(columnX + 18, rowY, label),
    );
  });
  return { height: bottom + 70 + Math.ceil(all.length / legendColumns) * 20, body };
}

const manyPoints = 40;
const legendColumns = 3;

interface Scale {
  readonly ticks: readonly number[];
  /** Pixels. */
  at(value: number): number;
}

/** From 0 to a round number that is not below `max`. */
function scaleOf(max: number, pixels: number): Scale {
  const rough = (max > 0 ? max : 1) / ticks;
  const magnitude = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * magnitude >= rough) ?? 10) * magnitude;
  const count = Math.ceil((max > 0 ? max : 1) / step);
  return {
    ticks: Array.from({ length: count + 1 }, (_none, index) => index * step),
    at: (value) => (value / (count * step)) * pixels,
  };
}

function gridX(scale: Scale, bottom: number): string[] {
  return scale.ticks.flatMap((value) => {
    const x = left + scale.at(value);
    return [
      `<line class="grid" x1="${x}" y1="${top - 6}" x2="${x}" y2="${bottom}"/>`,
      text(x, bottom + 18, shown(value), 'soft', 'middle'),
    ];
  });
}

/** Only where there is something to tell apart: our own colours, then those of the others. */
function legend(series: readonly string[]): string[] {
  if (series.length < 2) return [];
  return series.flatMap((name, index) => {
    const x = 16 + index * 160;
    return [
      `<rect x="${x}" y="36" width="12" height="12" fill="${colours[index]}"/>`,
      `<rect x="${x + 14}" y="36" width="12" height="12" fill="${others[index]}"/>`,
      text(x + 32, 47, name),
    ];
  });
}

function shown(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return String(Number(value.toPrecision(value < 1 ? 2 : 3)));
}

function text(x: number, y: number, content: string, className = '', anchor = 'start'): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}"${className === '' ? '' : ` class="${className}"`}>${escape(content)}</text>`;
}

function escape(content: string): string {
  return content.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
