/** An object that does some things in another way, and everything else as it did. */
export function overriding<T extends object>(inner: T, methods: Partial<T>): T {
  return Object.assign(Object.create(inner) as T, methods);
}
