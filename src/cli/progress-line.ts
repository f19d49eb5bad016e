import type { CommandIo } from './command-io.js';

const everyMs = 200;

/** One line on a terminal that is always written over; elsewhere nothing. */
export class ProgressLine {
  private shownAtMs = -Infinity;
  private isShown = false;

  constructor(private readonly io: CommandIo) {}

  /** Writes the line, unless it was written just now. */
  show(text: string): void {
    if (!this.io.showsProgress || performance.now() - this.shownAtMs < everyMs) return;
    this.shownAtMs = performance.now();
    this.isShown = true;
    this.io.err(`\r${text}`);
  }

  /** Takes the line away, for others to write. */
  clear(): void {
    if (this.isShown) this.io.err('\r\u001b[K');
    this.isShown = false;
  }
}
