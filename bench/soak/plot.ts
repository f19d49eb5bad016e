/** A line of a panel. */
interface Line {
  readonly name: string;
  readonly colour: string;
  readonly values: readonly number[];
}

/** One diagram of the plot. All lines have a value for each second. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
}

const size = { width: 900, panel: 190, plot: 130, left: 70, right: 20 };

/** An SVG with one diagram below the other, over the same seconds. */
export function plot(title: string, panels: readonly Panel[]): string {
  const height = 40 + panels.length * size.panel;
  const drawn = panels.map((panel, index) => drawPanel(panel, 50 + index * size.panel));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.width} ${height}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
<text x="${size.left}" y="20" font-size="14">${title}</text>
${drawn.join('\n')}
</svg>
`;
}

function drawPanel({ title, lines }: Panel, top: number): string {
  const seconds = Math.max(1, ...lines.map(({ values }) => values.length - 1));
  const most = roundUp(lines.reduce((max, { values }) => values.reduce((a, b) => Math.max(a, b), max), 1e-9));
  const width = size.width - size.left - size.right;
  const base = top + 12 + size.plot;
  const x = (second: number): string => (size.left + (second / seconds) * width).toFixed(1);
  const y = (value: number): string => (base - (value / most) * size.plot).toFixed(1);
  const grid = [0, 0.5, 1].map((part) => {
    const at = y(part * most);
    return `<path d="M${size.left} ${at}H${size.width - size.right}" stroke="#ddd"/><text x="${size.left - 6}" y="${at}" text-anchor="end">${part * most}</text>`;
  });
  const times = [0, 0.25, 0.5, 0.75, 1].map((part) => {
    const minutes = ((part * seconds) / 60).toFixed(seconds > 600 ? 0 : 1);
    return `<text x="${x(part * seconds)}" y="${base + 14}" text-anchor="middle">${minutes} min</text>`;
  });
  const drawn = lines.map(({ colour, values }) => {
    const points = values.map((value, second) => `${x(second)},${y(value)}`).join(' ');
    return `<polyline points="${points}" fill="none" stroke="${colour}" stroke-width="1.2"/>`;
  });
  const legend = lines.map(({ name, colour }) => `<tspan fill="${colour}" dx="14">${name}</tspan>`).join('');
  return `<text x="${size.left}" y="${top}">${title}${legend}</text>\n${[...grid, ...times, ...drawn].join('\n')}`;
}

/** 1, 2 or 5 times a power of ten. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((factor) => factor * power >= value) ?? 10) * power;
}
