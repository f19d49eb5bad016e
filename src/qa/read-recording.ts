import { z } from 'zod';
import type { RecordedCall } from './write-recording.js';

/** A recording cannot be read. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const line = z.object({
  service: z.string().regex(/^\w+$/),
  operation: z.string().nullable(),
  principal: z.string().nullable(),
  httpStatus: z.number(),
  request: z.string(),
  answer: z.string(),
});

/** Reads a recording, JSON lines. @throws RecordingError with the number of the line */
export function readRecording(text: string, file: string): RecordedCall[] {
  return text.split('\n').flatMap((each, at) => {
    if (each.trim() === '') return [];
    try {
      return [line.parse(JSON.parse(each))];
    } catch {
      throw new RecordingError(`${file}:${at + 1} is no call of a recording`);
    }
  });
}
