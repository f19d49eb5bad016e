import { setTimeout as sleep } from 'node:timers/promises';
import { SoapFault } from '../../soap/contract/soap-fault.js';
import {
  type CallRecord,
  CutConnection,
  type Answer,
  type DecodedCall,
  type Exchange,
  type Interceptor,
} from '../../soap/interceptor.js';
import type { Journal } from '../recording/journal.js';
import type { FaultRule, FaultRules } from './fault-rules.js';

/** Applies the rules of a test system to its calls, and keeps its journal. */
export class TestInterceptor implements Interceptor {
  /** Applied rules by decoded message, since clients may choose the id of a request. */
  private readonly ruleIds = new WeakMap<object, number>();

  constructor(
    private readonly rules: FaultRules,
    private readonly journal: Journal,
  ) {}

  async around(call: DecodedCall, carryOut: () => Promise<Answer>): Promise<Answer> {
    const rule = this.rules.take(call);
    if (rule === null) return carryOut();
    if (isObject(call.message)) this.ruleIds.set(call.message, rule.id);
    if (rule.delayMs > 0 && rule.when === 'before') await sleep(rule.delayMs);
    if (rule.when === 'before') {
      const end = endOf(rule);
      if (end !== null) throw end;
    }
    const answer = await carryOut();
    if (rule.when === 'before') return answer;
    if (rule.delayMs > 0) await sleep(rule.delayMs);
    const end = endOf(rule);
    if (end === null) return answer;
    // Ends the iterator, so that its maker learns that nobody reads it.
    if ('pieces' in answer) await answer.pieces.return(undefined);
    throw end;
  }

  witness(record: CallRecord, exchange: Exchange): void {
    const { message } = exchange;
    this.journal.add(record, exchange, (isObject(message) ? this.ruleIds.get(message) : null) ?? null);
  }
}

/** Outcome by a rule instead of the service's answer; null for none. */
function endOf({ id, fault, reset, applied }: FaultRule): Error | null {
  if (reset) return new CutConnection();
  if (fault === undefined) return null;
  const { exception, code, text = `Made by rule ${id} of the control API`, httpStatus } = fault;
  // Suffix like that of the service's faults, for clients that strip it.
  const suffix = exception === undefined ? '' : `; exceptionId 0-${applied}`;
  return new SoapFault(code, text + suffix, exception, httpStatus);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
