export interface Options {
  readonly size: number;
}
export interface Forgotten {
  readonly size: number;
}
export function taken({ size }: Options): number {
  return size;
}
export function takenLate(): number {
  return 2;
}
export function left(): number {
  return 3;
}
