import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PacedLoad {
  /** Where the bodies are posted. */
  readonly url: string;
  readonly perSecond: number;
  readonly durationMs: number;
  /** The body of request n, counted from 0. */
  readonly body: (n: number) => string;
  /** 200 by default; any other is wrong. */
  readonly status?: number;
}

/**
 * Sends requests at fixed times, whether or not those before were answered, as many clients that know nothing of each other
 * do. For latencies at a given load; what a server can do at most is for load.ts.
 * @returns one latency each answer, in milliseconds, from the moment when the request was due
 * @throws Error when an answer was wrong
 */
export async function pacedLoad(load: PacedLoad): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const count = Math.max(1, Math.round((load.perSecond * load.durationMs) / 1_000));
  const startMs = performance.now();
  const answers: Promise<number>[] = [];
  try {
    for (let n = 0; n < count; n += 1) {
      const dueMs = startMs + (n * 1_000) / load.perSecond;
      const waitMs = dueMs - performance.now();
      if (waitMs > 0) await sleep(waitMs);
      const answer = post(load, agent, load.body(n)).then(() => performance.now() - dueMs);
      // It is awaited below; until then a failure is nobody's unhandled rejection.
      answer.catch(() => undefined);
      answers.push(answer);
    }
    return await Promise.all(answers);
  } finally {
    agent.destroy();
  }
}

function post({ url, status = 200 }: PacedLoad, agent: Agent, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'text/xml; charset=UTF-8', soapaction: '""' };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.once('error', reject).once('end', () => {
        if (response.statusCode === status) resolve();
        else reject(new Error(`${url} answered ${response.statusCode}: ${text.slice(0, 600)}`));
      });
    });
    sent.once('error', reject).end(body);
  });
}
