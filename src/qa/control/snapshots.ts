/** Store with snapshots for a test system. `Copy` is the whole content of its database. */
export interface SnapshotStore<Copy> {
  copyAll(): Promise<Copy>;
  replaceAll(copy: Copy): Promise<void>;
}

export interface SnapshotsOptions<Copy> {
  readonly store: SnapshotStore<Copy>;
  /** Runs `work` while no request is carried out. @throws Error when they do not end in time */
  readonly undisturbed: <T>(work: () => Promise<T>) => Promise<T>;
  /** Fills the emptied database with what it held after the start. */
  readonly refill: () => Promise<void>;
  /** A database in which nothing was done yet. */
  readonly empty: () => Promise<Copy>;
  /** Called when the database is another one than before. */
  readonly afterReplacing: () => Promise<void>;
}

/** More are a mistake: each is a whole database in memory. */
const maxSnapshots = 50;

/** A snapshot is not there, or there are too many. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError';

  constructor(
    message: string,
    readonly isMissing: boolean,
  ) {
    super(message);
  }
}

/** Named states of the database, kept in the memory of this process. */
export class Snapshots<Copy> {
  private readonly taken = new Map<string, { readonly copy: Copy; readonly takenAt: string }>();
  private afterStart: Copy | null = null;

  constructor(private readonly options: SnapshotsOptions<Copy>) {}

  list(): { name: string; takenAt: string }[] {
    return [...this.taken].map(([name, { takenAt }]) => ({ name, takenAt }));
  }

  /** Takes a snapshot; one of that name is replaced. @throws SnapshotError there are too many */
  async take(name: string): Promise<void> {
    if (!this.taken.has(name) && this.taken.size >= maxSnapshots)
      throw new SnapshotError(`there are ${maxSnapshots} snapshots already`, false);
    const { store, undisturbed } = this.options;
    const copy = await undisturbed(() => store.copyAll());
    this.taken.set(name, { copy, takenAt: new Date().toISOString() });
  }

  /** Puts the database back. @throws SnapshotError there is none of that name */
  async restore(name: string): Promise<void> {
    const snapshot = this.taken.get(name);
    if (snapshot === undefined) throw new SnapshotError('there is no snapshot of that name', true);
    await this.replace(() => this.options.store.replaceAll(snapshot.copy));
  }

  /** @returns false when there was no such snapshot */
  forget(name: string): boolean {
    return this.taken.delete(name);
  }

  /** Puts the database back to an empty one, filled as it is at the start. */
  async reset(): Promise<void> {
    const { store, empty, refill, afterReplacing } = this.options;
    await this.replace(async () => {
      if (this.afterStart !== null) return store.replaceAll(this.afterStart);
      await store.replaceAll(await empty());
      await afterReplacing();
      await refill();
      this.afterStart = await store.copyAll();
    });
  }

  private replace(work: () => Promise<void>): Promise<void> {
    return this.options.undisturbed(async () => {
      await work();
      await this.options.afterReplacing();
    });
  }
}
