import type { QuotaState } from '../../../provisioning/quota/quota-state.js';
import { html, type Fragment, type Markup } from './html.js';
import { showBytes, showLimit, showPercent } from './tables.js';

interface Part {
  readonly kind: 'mail' | 'files' | 'total';
  readonly bytes: number;
}

/** Usage against the limit: one bar under a unified quota, else one each for mail and files. */
export function usageBars(state: QuotaState): Markup {
  const { mode, limits, limitBytes, usage } = state;
  const mail: Part = { kind: 'mail', bytes: usage.mailBytes };
  const files: Part = { kind: 'files', bytes: usage.fileBytes };
  if (mode === 'unified') return bar('Mail and files', [mail, files], limitBytes);
  return html`${bar('Mail', [mail], limits.mailBytes)}${bar('Files', [files], limits.fileBytes)}`;
}

/** Small bar of a mailbox's usage, beside a text with the same figures. */
export function miniBar(kind: Part['kind'], usedBytes: number, limitBytes: number): Markup {
  return html`<svg class="bar mini" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
    ${segments([{ kind, bytes: usedBytes }], limitBytes)}
  </svg>`;
}

/** A line of colour before the text of a legend. */
export function legendKey(kind: string, isLine = false): Markup {
  const mark = isLine
    ? html`<line class="${kind}" x1="0" y1="5" x2="10" y2="5" />`
    : html`<rect class="${kind}" width="10" height="10" />`;
  return html`<svg class="key" viewBox="0 0 10 10" aria-hidden="true">${mark}</svg>`;
}

function bar(title: string, parts: readonly Part[], limitBytes: number | null): Markup {
  const usedBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const freeBytes = limitBytes === null ? null : limitBytes - usedBytes;
  const rest =
    freeBytes === null
      ? html`<li>no limit</li>`
      : freeBytes >= 0
        ? html`<li>${legendKey('free')}free ${showBytes(freeBytes)}</li>`
        : html`<li><span class="tag bad">over by ${showBytes(-freeBytes)}</span></li>`;
  const share = limitBytes === null ? '' : ` (${showPercent(usedBytes, limitBytes)})`;
  const sentence = `${title}: ${showBytes(usedBytes)} used, ${showLimit(limitBytes)}${share}`;
  return html`<h3>
      ${title}: ${showBytes(usedBytes)}${limitBytes !== null && html` of ${showBytes(limitBytes)}${share}`}
    </h3>
    <svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${sentence}">
      ${segments(parts, limitBytes)}
    </svg>
    <ul class="legend">
      ${parts.map(({ kind, bytes }) => html`<li>${legendKey(kind)}${kind} ${showBytes(bytes)}</li>`)}${rest}
    </ul>`;
}

/** In thousandths of the limit, or of what is used where that is more or there is no limit. */
function segments(parts: readonly Part[], limitBytes: number | null): Fragment {
  const usedBytes = parts.reduce((sum, { bytes }) => sum + bytes, 0);
  const wholeBytes = Math.max(limitBytes ?? 0, usedBytes, 1);
  const scale = (bytes: number) => Math.round((bytes / wholeBytes) * 10_000) / 10;
  let from = 0;
  const drawn = parts.map(({ kind, bytes }) => {
    const start = scale(from);
    from += bytes;
    const width = Math.max(0, Math.round((scale(from) - start) * 10) / 10);
    const gap = start > 0 && width > 0 && html`<rect class="gap" x="${start - 1.5}" width="3" height="10" />`;
    return html`<rect class="${kind}" x="${start}" width="${width}" height="10" />${gap}`;
  });
  const isOver = limitBytes !== null && usedBytes > limitBytes;
  const limitMark =
    isOver && html`<rect class="over" x="${Math.max(0, scale(limitBytes) - 3)}" width="6" height="10" />`;
  return html`<rect class="free" width="1000" height="10" />${drawn}${limitMark}`;
}
