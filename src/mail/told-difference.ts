import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';

/** What stands for a secret in the memory. */
export function markOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** What was told of the account that the server names so; null: nothing is known of it. */
export function recall(told: readonly ToldAccount[], serverId: string): ToldAccount | null {
  // An account that was being made had no name yet.
  return told.find((each) => each.serverId === serverId) ?? told.find((each) => each.serverId === '') ?? null;
}

/** Whether the server has certainly been told just that of a fact. */
export function isTold(memory: ToldAccount | null, facts: ToldFacts, fact: keyof ToldFacts): boolean {
  return memory?.isSettled === true && isDeepStrictEqual(memory.facts[fact], facts[fact]);
}

/** What may have arrived if nobody hears of the answer: addresses and secrets of before, and those that are wanted. */
export function unionOf(memory: ToldAccount | null, facts: ToldFacts): ToldFacts {
  if (memory === null) return facts;
  const { aliases, secretMarks, objectQuotas } = memory.facts;
  return {
    ...facts,
    aliases: [...new Set([...aliases, memory.mailbox, ...facts.aliases])],
    secretMarks: [...new Set([...secretMarks, ...facts.secretMarks])],
    objectQuotas: { ...objectQuotas, ...facts.objectQuotas },
  };
}

/** Permissions with those of `known` replaced by `wanted`; those that somebody else took away stay so. */
export function permissionsAfter(
  present: readonly string[],
  known: readonly string[],
  wanted: readonly string[],
): string[] {
  return [...new Set([...present.filter((each) => !known.includes(each)), ...wanted])];
}
