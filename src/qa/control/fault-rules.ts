import { z } from 'zod';
import type { DecodedCall } from '../../soap/interceptor.js';
import { seededRandom } from '../seed/generate-seed.js';

/** The longest delay, in milliseconds: a call that waits has a place of those that are worked on at once. */
const maxDelayMs = 60_000;
const maxRules = 1_000;

const name = z.string().min(1).max(256);

/** A rule as it is sent: which calls it is about, and what happens to them. */
export const ruleForm = z
  .strictObject({
    service: name.optional(),
    operation: name.optional(),
    /** The login that the call claims. */
    principal: name.optional(),
    contextId: z.int().min(1).optional(),
    /** Fault to answer instead; without one the call is only delayed. */
    fault: z
      .strictObject({
        /** A declared exception, such as StorageException; absent: a fault without detail. */
        exception: name.optional(),
        code: z.enum(['Server', 'Client']).default('Server'),
        text: z.string().min(1).max(1_000).optional(),
        httpStatus: z.int().min(400).max(599).default(500),
      })
      .optional(),
    /** The connection is reset without an answer. */
    reset: z.literal(true).optional(),
    delayMs: z.int().min(0).max(maxDelayMs).default(0),
    /** `after`: the call is carried out, and its answer is lost. */
    when: z.enum(['before', 'after']).default('before'),
    probability: z.number().min(0).max(1).default(1),
    randomSeed: z
      .int()
      .min(0)
      .max(2 ** 32 - 1)
      .default(1),
    /** Number of calls until the rule is used up. */
    count: z.int().min(1).max(1_000_000).optional(),
  })
  .refine(({ fault, reset }) => !(fault && reset), { message: 'fault and reset exclude each other' })
  .refine(({ fault, reset, delayMs }) => fault !== undefined || reset !== undefined || delayMs > 0, {
    message: 'a rule needs fault, reset or delayMs',
  });

export type RuleForm = z.output<typeof ruleForm>;

/** A rule and what became of it. */
export interface FaultRule extends RuleForm {
  readonly id: number;
  /** Matching calls until the rule was used up. */
  readonly matched: number;
  /** Calls that the rule was applied to. */
  readonly applied: number;
}

type Kept = { -readonly [Key in keyof FaultRule]: FaultRule[Key] } & { readonly random: () => number };

/** A rule names something that there is not, or there are too many. */
export class RuleError extends Error {
  override readonly name = 'RuleError';
}

/** The rules of a test system, in the order in which they came. */
export class FaultRules {
  private readonly rules: Kept[] = [];
  private lastId = 0;

  /** @param catalogue service → operation → the exceptions that it declares */
  constructor(
    private readonly catalogue: () => ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>,
  ) {}

  /** @throws RuleError */
  add(form: RuleForm): FaultRule {
    if (this.rules.length >= maxRules) throw new RuleError(`there are ${maxRules} rules already`);
    this.check(form);
    const rule: Kept = {
      ...form,
      id: (this.lastId += 1),
      matched: 0,
      applied: 0,
      random: seededRandom(form.randomSeed),
    };
    this.rules.push(rule);
    return shown(rule);
  }

  list(): FaultRule[] {
    return this.rules.map(shown);
  }

  /** @returns false when there was no such rule */
  remove(id: number): boolean {
    const at = this.rules.findIndex((rule) => rule.id === id);
    if (at >= 0) this.rules.splice(at, 1);
    return at >= 0;
  }

  clear(): void {
    this.rules.length = 0;
  }

  /** The first rule that applies to a call, which counts as applied now. */
  take(call: DecodedCall): FaultRule | null {
    for (const rule of this.rules) {
      if (rule.count !== undefined && rule.applied >= rule.count) continue;
      if (!matches(rule, call)) continue;
      rule.matched += 1;
      if (rule.probability < 1 && rule.random() >= rule.probability) continue;
      rule.applied += 1;
      return shown(rule);
    }
    return null;
  }

  /** A rule that can never apply, or a fault that no client knows, is a mistake of who wrote it. */
  private check({ service, operation, fault }: RuleForm): void {
    const services = [...this.catalogue()].filter(([each]) => service === undefined || each === service);
    if (services.length === 0) throw new RuleError(`there is no service ${service}`);
    const operations = services
      .flatMap(([, each]) => [...each])
      .filter(([each]) => operation === undefined || each === operation);
    if (operations.length === 0) throw new RuleError(`there is no operation ${operation}`);
    const exception = fault?.exception;
    if (exception === undefined) return;
    if (!operations.some(([, faults]) => faults.includes(exception))) {
      const allowed = [...new Set(operations.flatMap(([, faults]) => faults))].sort();
      throw new RuleError(`${exception} is not declared there, but ${allowed.join(', ')}`);
    }
  }
}

function matches(rule: FaultRule, call: DecodedCall): boolean {
  const { service, operation, principal, contextId } = rule;
  return (
    (service === undefined || service === call.service) &&
    (operation === undefined || operation === call.operation) &&
    (principal === undefined || principal === call.login) &&
    (contextId === undefined || contextId === call.contextId)
  );
}

function shown({ random: _random, ...rule }: Kept): FaultRule {
  return rule;
}
