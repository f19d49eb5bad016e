import { SingleBar } from 'cli-progress';
import type { CommandIo } from './command-io.js';

/** A bar on a terminal; elsewhere nothing. */
export class ImportProgress {
  private readonly bar: SingleBar | null;
  private shownBytes = 0;

  /** @param totalBytes the size of the file: how many lines it has is not known before its end */
  constructor(
    private readonly io: CommandIo,
    totalBytes: number,
  ) {
    this.bar = io.showsProgress
      ? new SingleBar({
          format: '{bar} {percentage}%, {done} done, {failed} failed, {eta_formatted} to go',
          hideCursor: true,
          etaBuffer: 100,
        })
      : null;
    this.bar?.start(totalBytes, 0, { done: 0, failed: 0 });
  }

  show(bytes: number, done: number, failed: number): void {
    this.shownBytes = Math.max(this.shownBytes, bytes);
    this.bar?.update(this.shownBytes, { done, failed });
  }

  /** Writes a line of its own above the bar. */
  say(text: string): void {
    this.io.err(this.bar === null ? text : `\r\u001b[K${text}`);
  }

  stop(): void {
    this.bar?.stop();
  }
}
