import { Agent, request } from 'node:http';

/** How one request ended. */
export interface Ended {
  /** 0: without an answer. */
  readonly status: number;
  readonly durationMs: number;
}

/** So many requests may be without an answer; a client that has more is not sending them. */
const maxOpen = 1_500;

/** Sends requests at a rate, whether or not answers come: the world does not wait for a service that is slow. */
export class OpenLoad {
  /** Requests per second. */
  rate = 0;
  /** Requests that were due and not sent, since too many were without an answer. */
  unsent = 0;
  /** How often requests ended neither well nor as busy, by HTTP status or the code of the error. */
  readonly others = new Map<string, number>();
  private open = 0;
  private due = 0;
  private lastMs = performance.now();
  private ended: Ended[] = [];
  private readonly agent = new Agent({ keepAlive: true, maxSockets: maxOpen });
  private readonly timer = setInterval(() => this.tick(), 5);

  /** @param next the request to send: its path below the service, and its body */
  constructor(
    private readonly url: string,
    private readonly next: () => { readonly path: string; readonly body: string },
  ) {}

  /** What ended since the last time that somebody asked. */
  take(): Ended[] {
    const taken = this.ended;
    this.ended = [];
    return taken;
  }

  stop(): void {
    clearInterval(this.timer);
    this.agent.destroy();
  }

  private tick(): void {
    const nowMs = performance.now();
    // After a pause of the driver itself what was missed is not sent in one go.
    this.due += (Math.min(nowMs - this.lastMs, 100) / 1_000) * this.rate;
    this.lastMs = nowMs;
    for (; this.due >= 1; this.due -= 1) {
      if (this.open < maxOpen) this.send(this.next());
      else this.unsent += 1;
    }
  }

  private send({ path, body }: { readonly path: string; readonly body: string }): void {
    const startedMs = performance.now();
    this.open += 1;
    let isOver = false;
    const end = (status: number, code = 'closed'): void => {
      if (isOver) return;
      isOver = true;
      const other = status === 0 ? code : String(status);
      if (status !== 200 && status !== 503) this.others.set(other, (this.others.get(other) ?? 0) + 1);
      this.open -= 1;
      this.ended.push({ status, durationMs: performance.now() - startedMs });
    };
    const headers = { 'Content-Type': 'text/xml; charset=UTF-8', 'Content-Length': Buffer.byteLength(body) };
    const sent = request(`${this.url}${path}`, { agent: this.agent, method: 'POST', headers }, (response) => {
      response.resume().once('end', () => end(response.statusCode ?? 0));
      response.once('close', () => end(0));
    });
    sent.once('error', (error: NodeJS.ErrnoException) => {
      end(0, `${error.code ?? error.name}${sent.reusedSocket ? ' on a used connection' : ''}`);
    });
    sent.setTimeout(60_000, () => sent.destroy());
    sent.end(body);
  }
}
