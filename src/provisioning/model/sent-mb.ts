/** A number of MB as a caller sent it: a bigint where a double would show another number. */
export type SentMb = number | bigint;
