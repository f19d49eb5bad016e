import type { Credentials } from '../services/generated/types.js';
import type { SoapClient } from '../soap-client/soap-client.js';
import type { ToolInput } from './tool-input.js';

/** An option of a tool, which is also a column of its CSV files. */
export interface ToolOption {
  /** The long name without dashes. */
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in the help; without it the option is a flag. */
  readonly argument?: string;
  readonly meaning: string;
  /** The field of the user or context that it sets. */
  readonly field?: string;
}

/** Whom a tool talks to, and as whom. */
export interface ToolCall {
  readonly client: SoapClient;
  readonly auth: Credentials;
  readonly userService: string;
  readonly contextService: string;
  /** For a call that must not be carried out twice. */
  readonly idempotencyKey?: string;
}

/** What a tool did, or could not do; ids as far as they are known. */
export interface ToolObject {
  readonly kind: 'user' | 'context';
  readonly id: number | string | null;
  readonly contextId: number | string | null;
}

/** One of the original's command line tools that changes something. */
export interface Tool {
  readonly name: string;
  readonly meaning: string;
  readonly options: readonly ToolOption[];
  /** Where the fields are that extended options set: an operation of the service and the member of its request. */
  readonly fields: {
    readonly service: 'user' | 'context';
    readonly operation: string;
    readonly member: string;
  } | null;
  /** Whether it takes `--access-…` and `--<namespace>/<name>=<value>`. */
  readonly takesAccess: boolean;
  readonly takesAttributes: boolean;
  /** As in `user 3 in context 1 created`. */
  readonly done: string;
  /** Options of which each group must be given one, save in a CSV file, where the service says what is missing. */
  readonly required: readonly (readonly string[])[];
  /** Of what the input speaks, for messages. */
  readonly objectOf: (input: ToolInput) => ToolObject;
  /** @throws FaultError, NoAnswerError; CommandError for input that makes no sense */
  readonly perform: (call: ToolCall, input: ToolInput) => Promise<ToolObject>;
  /**
   * Whether an earlier try, of which no answer is known, had done what now is refused with this error. Without it a file cannot
   * be imported.
   */
  readonly wasDone?: (call: ToolCall, input: ToolInput, error: Error) => Promise<ToolObject | null>;
}
