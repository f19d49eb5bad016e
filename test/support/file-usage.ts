import Database from 'libsql';

/** What is counted of files, straight in an app's SQLite file: no service writes it yet. */
export class FileUsage {
  private readonly database: Database.Database;

  constructor(databaseUrl: string) {
    this.database = new Database(databaseUrl.replace(/^sqlite:/, ''));
  }

  close(): void {
    this.database.close();
  }

  /** Lets a user with an own file storage hold so many bytes. */
  setOwn(contextId: number, userId: number, bytes: number): void {
    const { changes } = this.database
      .prepare(
        `INSERT INTO file_usage (context_id, user_id, bytes, files)
           SELECT context_id, id, ?, 1 FROM users
           WHERE context_id = ? AND id = ? AND filestore_id > 0 AND filestore_owner_id = 0
           ON CONFLICT (context_id, user_id) DO UPDATE SET bytes = excluded.bytes, files = 1`,
      )
      .run(bytes, contextId, userId);
    if (changes !== 1) throw new Error(`user ${userId} has no own file storage`);
  }

  /** Lets a user without own file storage hold so many bytes in the context's. */
  addToContext(contextId: number, userId: number, bytes: number): void {
    this.database
      .prepare('UPDATE context_usage SET bytes = bytes + ? WHERE context_id = ?')
      .run(bytes, contextId);
    this.database
      .prepare('INSERT INTO hosted_file_usage (context_id, user_id, bytes, files) VALUES (?, ?, ?, 1)')
      .run(contextId, userId, bytes);
  }

  /** Bytes in the context's storage, and in the own storages of its users, by id. */
  of(contextId: number): { context: number; users: Record<number, number> } {
    const context = this.database
      .prepare('SELECT bytes FROM context_usage WHERE context_id = ?')
      .get(contextId) as { bytes: number };
    const users = this.database
      .prepare('SELECT user_id, bytes FROM file_usage WHERE context_id = ? AND bytes > 0')
      .all(contextId) as { user_id: number; bytes: number }[];
    return {
      context: context.bytes,
      users: Object.fromEntries(users.map(({ user_id, bytes }) => [user_id, bytes])),
    };
  }
}
