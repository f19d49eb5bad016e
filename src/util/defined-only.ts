type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that are set: with exact optional properties, `undefined` is not the same as absent. */
export function definedOnly<T extends object>(record: T): Defined<T> {
  return Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)) as Defined<T>;
}
