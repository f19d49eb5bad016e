import { createRequest } from '../peers/messages.js';
import { packageCodec } from '../servers/package-codec.js';
import { fixedUserMessage, userServiceContract } from '../servers/fixed-answer.js';
import type { BenchGroup, BenchRow, GroupResult } from '../support/bench-group.js';
import { goal, median, ratioOf } from '../support/statistics.js';
import { shippedEngine } from '../servers/shipped-engine.js';

/** In process a round is short, so there can be more of them. */
const rounds = 11;
const callsPerRound = 1_000;
const shortCalls = 20;

/**
 * Decoding a create of 2 KB and encoding its answer, in this process, beside the `soap` package. The package encodes in two ways: as its
 * server calls it, with wrong namespaces, and with the type handed in, as its client calls it, with the right ones. The goal is
 * about the second, since nobody can read the first.
 */
export const codecGroup: BenchGroup = {
  name: 'codec',
  title: 'In process: decoding a create, encoding its answer',
  async run({ isShort }): Promise<GroupResult> {
    const cases = await contestants();
    const calls = isShort ? shortCalls : callsPerRound;
    const micros = new Map(cases.map(({ key }) => [key, [] as number[]]));
    for (let round = -1; round < (isShort ? 1 : rounds); round += 1) {
      for (const { key, work } of cases) {
        const spent = microsPerCall(work, calls);
        // The one before the first is for the compiler.
        if (round >= 0) micros.get(key)?.push(spent);
      }
    }
    const of = (key: Key): number[] => micros.get(key) ?? [];
    const wrong = ratioOf(of('encode'), of('encode as shipped'));
    return {
      rows: cases.map(({ key, what, bytes }) => rowOf(key, what, bytes, of(key))),
      goals: [
        goal(
          "codec: decoding a create beside `soap`'s own",
          { atMost: 0.3 },
          ratioOf(of('decode'), of('decode, soap')),
        ),
        goal(
          "codec: encoding its answer beside `soap`'s own with right namespaces",
          { atMost: 0.05 },
          ratioOf(of('encode'), of('encode, soap')),
          `The package with the type handed in; as its server calls it (wrong namespaces) the ratio is ${wrong?.median.toFixed(3)}.`,
        ),
      ],
    };
  },
};

type Key = 'decode' | 'decode, soap' | 'encode' | 'encode, soap' | 'encode as shipped';

interface Contestant {
  readonly key: Key;
  readonly what: string;
  readonly bytes: number;
  readonly work: () => unknown;
}

async function contestants(): Promise<Contestant[]> {
  const { defaultSoapLimits, serviceCodec } = await shippedEngine();
  const contract = userServiceContract();
  const codec = serviceCodec(contract);
  const create = contract.operations.get('create');
  if (create === undefined) throw new Error('no create in the contract');
  const soap = await packageCodec(contract);
  const request = createRequest(1);
  const answer = { return: fixedUserMessage() };
  const options = { limits: defaultSoapLimits, lenientRequests: false };
  const encoders = {
    encode: () => codec.encodeResponse(create, answer),
    'encode, soap': () => soap.encode('createResponse', answer, true),
    'encode as shipped': () => soap.encode('createResponse', answer, false),
  };
  checkAnswer(encoders.encode());
  checkAnswer(encoders['encode, soap']());
  const bytes = Buffer.byteLength(request);
  return [
    { key: 'decode', what: 'Oxbow', bytes, work: () => codec.decodeRequest(request, options) },
    { key: 'decode, soap', what: 'soap', bytes, work: () => soap.decode(request) },
    { key: 'encode', what: 'Oxbow', bytes: encoders.encode().length, work: encoders.encode },
    {
      key: 'encode, soap',
      what: 'soap, type handed in (right namespaces)',
      bytes: encoders['encode, soap']().length,
      work: encoders['encode, soap'],
    },
    {
      key: 'encode as shipped',
      what: 'soap, as its server calls it (wrong namespaces)',
      bytes: encoders['encode as shipped']().length,
      work: encoders['encode as shipped'],
    },
  ];
}

function checkAnswer(xml: string): void {
  for (const text of ['Anna Berg', 'com.example.flag', 'createResponse'])
    if (!xml.includes(text)) throw new Error(`an answer without ${text}: ${xml.slice(0, 300)}`);
}

/** CPU time, which neighbours on the machine touch less than the time that passes. */
function microsPerCall(work: () => unknown, calls: number): number {
  const before = process.cpuUsage();
  for (let call = 0; call < calls; call += 1) work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}

function rowOf(key: Key, what: string, bytes: number, micros: readonly number[]): BenchRow {
  return {
    case: key.startsWith('decode') ? 'decode create' : 'encode createResponse',
    what,
    rps: null,
    cpuMicros: median(micros),
    databaseCpuMicros: null,
    p50Ms: null,
    p99Ms: null,
    rssMb: null,
    note: `${bytes} bytes`,
  };
}
