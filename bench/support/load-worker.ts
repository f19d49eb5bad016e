/** The load generator's process: takes LoadOptions over IPC, answers a LoadAnswer each. See load.ts. */
import autocannon, { type Request } from 'autocannon';
import type { LoadAnswer, LoadOptions, LoadRow, LoadStep } from './load.js';

const requestTimeoutSeconds = 120;
const maxConnectionErrors = 5;
const shownCharacters = 600;
const digits = 8;

/** What belongs to one pass of one connection through the steps. */
interface Pass {
  values?: Record<string, string | number>;
}

type Render = (values: LoadRow) => string;

process.on('message', (options: LoadOptions) => {
  run(options).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ failure: String(error) } satisfies LoadAnswer),
  );
});
process.on('disconnect', () => process.exit(0));

async function run(options: LoadOptions): Promise<LoadAnswer> {
  const latenciesMs: number[] = [];
  let failure: string | null = null;
  let passes = 0;
  let endedMs = 0;
  const nextValues = (): Record<string, string | number> => {
    const n = options.firstPass + passes++;
    return { ...options.rows?.[n % options.rows.length], n: String(n).padStart(digits, '0') };
  };
  const requests = options.steps.map((step, index) =>
    requestOf(step, index === 0 ? nextValues : null, (text) => (failure ??= text)),
  );
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await new Promise<void>((resolve, reject) => {
    const load = {
      url: options.url as string,
      connections: options.connections,
      amount: Math.max(options.requests, options.connections),
      timeout: requestTimeoutSeconds,
      bailout: maxConnectionErrors,
      sampleInt: 20,
      requests,
    };
    const tracker = autocannon(load, (error, { errors }) => {
      if (errors > 0) failure ??= `${errors} connections failed or timed out`;
      if (error) reject(error);
      else resolve();
    });
    tracker.on('response', (_client: unknown, _status: number, _bytes: number, durationMs: number) => {
      latenciesMs.push(durationMs);
      endedMs = performance.now();
    });
  });
  const { user, system } = process.cpuUsage(cpuBefore);
  if (failure !== null) return { failure };
  return {
    answers: latenciesMs.length,
    durationMs: endedMs - startedMs,
    latenciesMs,
    generatorCpuMicros: user + system,
    passes,
  };
}

/** @param nextValues for the first step of a pass; the others go on with its values */
function requestOf(
  step: LoadStep,
  nextValues: (() => LoadRow) | null,
  fail: (text: string) => void,
): Request<Pass> {
  const body = template(step.body);
  const expected = step.expect === undefined ? null : template(step.expect);
  const pattern = step.capture === undefined ? null : new RegExp(step.capture.pattern);
  return {
    method: 'POST',
    path: step.path,
    headers: { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""', ...step.headers },
    setupRequest(request, pass) {
      if (nextValues !== null) pass.values = { ...nextValues() };
      // autocannon builds the later steps once before there is anything to put into them.
      request.body = body(pass.values ?? {});
      return request;
    },
    onResponse(status, text, pass) {
      const values = pass.values ?? {};
      const missing = expected === null || text.includes(expected(values)) ? null : expected(values);
      if (status !== (step.status ?? 200) || missing !== null)
        fail(
          `${step.path} answered ${status}${missing === null ? '' : `, without ${missing}`}: ${text.slice(0, shownCharacters)}`,
        );
      const captured = pattern?.exec(text)?.[1];
      if (step.capture !== undefined) {
        if (captured === undefined)
          fail(`${step.path} answered without ${step.capture.name}: ${text.slice(0, shownCharacters)}`);
        else values[step.capture.name] = captured;
      }
    },
  };
}

/** Cut at the placeholders once, so that filling in is only joining. */
function template(text: string): Render {
  const parts = text.split(/\{\{(\w+)\}\}/);
  return (values) =>
    parts.map((part, index) => (index % 2 === 0 ? part : String(values[part] ?? ''))).join('');
}
