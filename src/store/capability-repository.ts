import type {
  CapabilityHolder,
  CapabilityRepository,
} from '../provisioning/repositories/capability-repository.js';
import { chunks } from '../util/chunks.js';
import { fitting } from './limits.js';
import type { Session } from './session.js';

/** @see CapabilityRepository */
export class KnexCapabilityRepository implements CapabilityRepository {
  constructor(private readonly session: Session) {}

  list({ contextId, userId }: CapabilityHolder): Promise<string[]> {
    return this.session.read(async (db) => {
      const names: string[] =
        userId === null
          ? await db('context_capabilities').where({ context_id: contextId }).pluck('name')
          : await db('user_capabilities').where({ context_id: contextId, user_id: userId }).pluck('name');
      return names.sort();
    });
  }

  replace({ contextId, userId }: CapabilityHolder, capabilities: readonly string[]): Promise<void> {
    return this.session.write(async (db) => {
      const names = capabilities.map((name) => fitting('capability', name));
      if (userId === null) {
        await db('context_capabilities').where({ context_id: contextId }).delete();
        for (const chunk of chunks(names))
          await db('context_capabilities').insert(chunk.map((name) => ({ context_id: contextId, name })));
        return;
      }
      const holder = { context_id: contextId, user_id: userId };
      await db('user_capabilities').where(holder).delete();
      for (const chunk of chunks(names))
        await db('user_capabilities').insert(chunk.map((name) => ({ ...holder, name })));
    });
  }
}
