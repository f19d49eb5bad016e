import type { Credentials } from './wire/raw-soap.js';

/** An entry of the trail of changes as REST shows it. */
export interface ShownEntry {
  readonly id: string;
  readonly at: string;
  readonly requestId: string;
  readonly service: string;
  readonly operation: string;
  readonly principal: string;
  readonly login: string;
  readonly address: string | null;
  readonly action: 'create' | 'change' | 'delete';
  readonly kind: string;
  readonly contextId: number | null;
  readonly objectId: number | null;
  readonly name: string;
  readonly before: Readonly<Record<string, unknown>> | null;
  readonly after: Readonly<Record<string, unknown>> | null;
}

/** Asks a running app who changed what. */
export class AuditClient {
  constructor(private readonly baseUrl: string) {}

  basic({ login, password }: Credentials): string {
    return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
  }

  ask(query: string, as: Credentials): Promise<Response> {
    const headers = { authorization: this.basic(as) };
    return fetch(`${this.baseUrl}/audit/v1/entries?${query}`, { headers });
  }

  /** @throws Error unless the answer is 200 */
  async entries(
    query: string,
    as: Credentials,
  ): Promise<{ readonly entries: readonly ShownEntry[]; readonly next: string | null }> {
    const answer = await this.ask(query, as);
    if (answer.status !== 200) throw new Error(`${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as { entries: ShownEntry[]; next: string | null };
  }
}
