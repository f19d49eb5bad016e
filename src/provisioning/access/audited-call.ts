import { AsyncLocalStorage } from 'node:async_hooks';
import type { CallerKind } from '../model/credentials.js';
import type { Context } from '../model/model.js';

/** A call, as the trail of changes names it. */
export interface CallFacts {
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly login: string;
  /** null: it came over no network. */
  readonly address: string | null;
  /** Absent: authorisation says so later. */
  readonly principal?: CallerKind;
}

/** A call under way. */
export interface AuditedCall extends CallFacts {
  readonly principal: CallerKind;
  /** Owner of the context that the call was authorised for. */
  readonly owned: { readonly contextId: number; readonly ownerId: number | null } | null;
}

interface Slot {
  call: AuditedCall;
}

const calls = new AsyncLocalStorage<Slot>();

/** Runs a call. Whatever it changes is written down in its name. */
export function inAuditedCall<T>(facts: CallFacts, run: () => T): T {
  return calls.run({ call: { ...facts, principal: facts.principal ?? 'user', owned: null } }, run);
}

/** The call that is under way; null for what the service does by itself. */
export function presentCall(): AuditedCall | null {
  return calls.getStore()?.call ?? null;
}

/** Notes as whom a caller was recognised, and for which context. */
export function noteCaller(principal: CallerKind, context?: Pick<Context, 'id' | 'ownerId'>): void {
  const slot = calls.getStore();
  if (slot === undefined) return;
  const owned = context === undefined ? slot.call.owned : { contextId: context.id, ownerId: context.ownerId };
  slot.call = { ...slot.call, principal, owned };
}
