import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ComplexTypeDescriptor, ServiceContract } from '../../src/soap/contract/descriptors.js';
import { isXmlText } from '../../src/soap/contract/lexical.js';
import { defaultSoapLimits } from '../../src/soap/contract/limits.js';
import { SoapFault } from '../../src/soap/contract/soap-fault.js';
import { decodeText, UnknownCharset } from '../../src/soap/decode/decode-text.js';
import { expectedElements } from '../../src/soap/decode/expected-elements.js';
import { parseEnvelope } from '../../src/soap/decode/parse-envelope.js';
import { serviceCodec } from '../../src/soap/service-codec.js';
import { allContracts, seedRequests } from './corpus.js';
import { mutate, toWire } from './mutations.js';
import { Random } from './random.js';

/** One input and what is needed to repeat it. */
export interface FuzzInput {
  readonly service: string;
  readonly bytes: Buffer;
  readonly contentType: string | undefined;
  readonly lenient: boolean;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Of those, the ones that were read as a request. */
  readonly decoded: number;
  /** Different ways in which inputs ended. */
  readonly outcomes: number;
  readonly slowestMs: number;
  /** Growth of the heap after collection, from a tenth of the run to its end. */
  readonly heapGrowthBytes: number;
}

/** An input that broke a promise of the decoder. */
export class BrokenPromiseError extends Error {
  override readonly name = 'BrokenPromiseError';

  constructor(
    promise: string,
    readonly input: FuzzInput,
    cause?: unknown,
  ) {
    super(promise, { cause });
  }
}

const MAX_INPUT_MS = 250;
/** Longest text of a fault, beside the list of the members that were expected. */
const MAX_FAULT_CHARS = 600;
const MAX_POOL = 4_000;

/** A machine that is busy with something else delays any input once, but not the same one every time. */
const REPEATS_WHEN_SLOW = 4;

/**
 * Feeds the decoder with damaged requests; those that end in a new way are damaged further.
 * @param seed the same seed makes the same inputs
 * @throws BrokenPromiseError for the first input that does harm
 */
export class DecoderFuzzer {
  private readonly random: Random;
  private readonly targets: readonly Target[];
  private readonly seen = new Set<string>();
  private readonly globals = globalShape();
  private decoded = 0;
  private slowestMs = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.targets = allContracts().map((contract) => ({
      contract,
      pool: seedRequests(contract, this.random),
      broken: [],
    }));
  }

  run(inputs: number, onProgress: (done: number, outcomes: number) => void = () => undefined): FuzzReport {
    let heapBytes = 0;
    for (let done = 0; done < inputs; done++) {
      if (done === Math.floor(inputs / 10)) heapBytes = heapAfterCollection();
      this.one();
      if (done % 50_000 === 49_999) onProgress(done + 1, this.seen.size);
    }
    const heapGrowthBytes = heapAfterCollection() - heapBytes;
    const { decoded, slowestMs, seen } = this;
    return { inputs, decoded, outcomes: seen.size, slowestMs, heapGrowthBytes };
  }

  private one(): void {
    const { random } = this;
    const target = random.pick(this.targets);
    const other = random.pick(random.oneIn(4) ? random.pick(this.targets).pool : target.pool);
    const pool = target.broken.length > 0 && random.oneIn(5) ? target.broken : target.pool;
    const xml = mutate(random.pick(pool), random, other);
    const service = target.contract.name;
    const input = { service, ...toWire(xml, random), lenient: random.oneIn(4) };
    const { outcome, durationMs } = timed(target.contract, input);
    this.slowestMs = Math.max(this.slowestMs, durationMs);
    if (globalShape() !== this.globals) throw new BrokenPromiseError('a global object was changed', input);
    const isRead = outcome.startsWith('ok');
    if (isRead) this.decoded++;
    const key = `${service} ${outcome}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    const novel = isRead ? target.pool : target.broken;
    if (novel.length < MAX_POOL) novel.push(xml);
  }
}

interface Target {
  readonly contract: ServiceContract;
  /** Seeds, and damaged ones that could be read. */
  readonly pool: string[];
  /** What ended in a fault that no other had. */
  readonly broken: string[];
}

function timed(contract: ServiceContract, input: FuzzInput): { outcome: string; durationMs: number } {
  let durationMs = Infinity;
  for (let left = REPEATS_WHEN_SLOW; left > 0 && durationMs > MAX_INPUT_MS; left--) {
    const startedMs = performance.now();
    const outcome = checkInput(contract, input);
    durationMs = Math.min(durationMs, performance.now() - startedMs);
    if (durationMs <= MAX_INPUT_MS) return { outcome, durationMs };
  }
  throw new BrokenPromiseError(`took ${Math.round(durationMs)} ms`, input);
}

/**
 * Reads one input as the endpoint does and holds the decoder to its promises: nothing but SoapFault is thrown; what was
 * read holds only fields of the contract, of their types; and writing and reading it again changes nothing.
 * @returns how it ended, for telling inputs apart
 * @throws BrokenPromiseError
 */
export function checkInput(contract: ServiceContract, input: FuzzInput): string {
  const codec = serviceCodec(contract);
  try {
    const { text: xml } = decodeText(input.bytes, input.contentType);
    const options = { limits: defaultSoapLimits, lenientRequests: input.lenient };
    const { operation, message } = codec.decodeRequest(xml, options);
    const shape = requireOwnFields(operation.request.type, message, input);
    requireRoundTrip(contract, operation.name, message, input);
    return `ok ${operation.name} ${shape}`;
  } catch (error) {
    if (error instanceof BrokenPromiseError) throw error;
    if (error instanceof UnknownCharset) return 'unknown charset';
    if (!(error instanceof SoapFault)) throw new BrokenPromiseError('threw no SoapFault', input, error);
    return requireReadableFault(contract, error, input);
  }
}

/** Keys of the contract on plain objects, and nothing else; the encoder then looks at the types. */
function requireOwnFields(type: ComplexTypeDescriptor, value: object, input: FuzzInput): number {
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new BrokenPromiseError('is no plain object', input);
  let fields = 0;
  for (const [key, child] of Object.entries(value) as [string, unknown][]) {
    const field = type.fields.find(({ name }) => name === key);
    if (field === undefined) throw new BrokenPromiseError(`has a key that no type has: ${key}`, input);
    if (Array.isArray(child) !== field.repeated && child !== null)
      throw new BrokenPromiseError(`${key}: list or not`, input);
    if (typeof child === 'string' && !isXmlText(child))
      throw new BrokenPromiseError(`${key}: characters that XML has not`, input);
    fields++;
    if (typeof field.type === 'string') continue;
    for (const each of [child].flat())
      if (each !== null) fields += requireOwnFields(field.type, each as object, input);
  }
  return fields > 8 ? 8 : fields;
}

function requireRoundTrip(
  contract: ServiceContract,
  operation: string,
  message: object,
  input: FuzzInput,
): void {
  const element = contract.operations.get(operation)?.request;
  if (element === undefined) throw new BrokenPromiseError('has an operation that is not there', input);
  const codec = serviceCodec(contract);
  const written = codec.encodeElement(element, message);
  if (written.length > defaultSoapLimits.maxBodyBytes / 4) return;
  const again = codec.encodeElement(element, codec.decodeElement(element, written));
  if (again !== written) throw new BrokenPromiseError('reads back as something else', input);
}

function requireReadableFault(contract: ServiceContract, fault: SoapFault, input: FuzzInput): string {
  if (fault.message.length > MAX_FAULT_CHARS + longestList(contract))
    throw new BrokenPromiseError('makes a fault without end', input);
  const xml = serviceCodec(contract).encodeFault(fault);
  try {
    parseEnvelope(xml, defaultSoapLimits, {
      open: () => undefined,
      text: () => undefined,
      close: () => undefined,
    });
  } catch (error) {
    throw new BrokenPromiseError('makes a fault that is not well-formed', input, error);
  }
  return `${fault.faultCode} ${fault.httpStatus} ${fault.message.replace(/"[^"]*"|\{[^}]*\}\S*|\d+/g, '_')}`;
}

const longestLists = new Map<ServiceContract, number>();

/** Characters of the longest list of members that a fault of the service names. */
function longestList(contract: ServiceContract): number {
  const known = longestLists.get(contract);
  if (known !== undefined) return known;
  const messages = [...contract.operations.values()].map(({ request }) => request.type);
  const lists = [...contract.types.values(), ...messages].map(
    ({ fields }) => expectedElements(fields).length,
  );
  const longest = Math.max(...lists);
  longestLists.set(contract, longest);
  return longest;
}

/** What a polluted prototype would change. */
function globalShape(): string {
  return [Object, Array, String, Function, Map, Number]
    .map(({ prototype }) => Object.getOwnPropertyNames(prototype as object).length)
    .join();
}

function heapAfterCollection(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}
