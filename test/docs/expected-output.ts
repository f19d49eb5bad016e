/**
 * Compares what a block printed with what its page shows. `…` stands for anything, a line of it for any lines; further
 * lines of output before, between and after those that are shown do not matter.
 * @returns the first line that is missing, or null
 */
export function missingLine(shown: string, output: string): string | null {
  const printed = output.split('\n').map(squeeze);
  let from = 0;
  for (const line of shown.split('\n').map(squeeze)) {
    if (line === '' || line === '…') continue;
    const pattern = new RegExp(line.split('…').map(escapePattern).join('.*'));
    const at = printed.findIndex((one, index) => index >= from && pattern.test(one));
    if (at < 0) return line;
    from = at + 1;
  }
  return null;
}

function squeeze(line: string): string {
  return line.trim().replace(/\s+/g, ' ');
}

function escapePattern(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}
