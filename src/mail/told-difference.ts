import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ToldAccount, ToldFacts } from '../provisioning/model/told-account.js';

/** Hash of a secret, stored in its place. */
export function markOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Facts sent for the server's account of this id; null when none are known. */
export function recall(told: readonly ToldAccount[], serverId: string): ToldAccount | null {
  // An account that was being made had no name yet.
  return told.find((each) => each.serverId === serverId) ?? told.find((each) => each.serverId === '') ?? null;
}

/** True when the server has confirmed exactly this fact. */
export function isTold(memory: ToldAccount | null, facts: ToldFacts, fact: keyof ToldFacts): boolean {
  return memory?.isSettled === true && isDeepStrictEqual(memory.facts[fact], facts[fact]);
}

/** Facts that may hold after a lost answer: old and new addresses and secrets. */
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
