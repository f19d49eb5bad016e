/** Oxbow said that there is no room; `problem` has the numbers. */
export class NoRoomError extends Error {
  constructor(readonly problem: Readonly<Record<string, unknown>>) {
    super('The allowed Quota is reached.');
    this.name = 'NoRoomError';
  }
}

/** What was reserved, to be committed or released. */
export interface Reserved {
  /** With what was really stored. */
  commit(amount: number, files: number): Promise<void>;
  release(): Promise<void>;
}

/** What a user holds, and the state of the counter that it was read from. */
export interface Usage {
  readonly bytes: number;
  readonly files: number;
  readonly generation: number;
}

export interface QuotaClientOptions {
  /** Of Oxbow, such as `http://127.0.0.1:9009`. */
  readonly url: string;
  /** Oxbow's FILE_SERVICE_TOKEN. */
  readonly token: string;
}

const timeoutMs = 10_000;

/** The calls of Oxbow's `/quota/v1` that a file service needs. */
export class QuotaClient {
  constructor(private readonly options: QuotaClientOptions) {}

  /** Whether somebody with this `Authorization` header may see the user: the user itself and its admins. */
  async mayUse(user: string, authorization: string): Promise<boolean> {
    const response = await this.send('GET', `${user}/usage`, undefined, authorization);
    if (response.status >= 500) throw new Error(`Oxbow answered ${response.status}`);
    return response.ok;
  }

  /** @throws NoRoomError */
  reserveBytes(user: string, bytes: number, key: string): Promise<Reserved> {
    return this.reserve(user, { bytes, key }, (amount, files) => ({ bytes: amount, files }));
  }

  /** One more file also is one more object of the context's infostore. @throws NoRoomError */
  reserveObject(context: string, key: string): Promise<Reserved> {
    return this.reserve(`${context}/objects/infostore`, { count: 1, key }, (count) => ({ count }));
  }

  async reportDeletedBytes(user: string, bytes: number, files: number, key: string): Promise<void> {
    await this.call('POST', `${user}/deletions`, { bytes, files, key });
  }

  async reportDeletedObject(context: string, key: string): Promise<void> {
    await this.call('POST', `${context}/objects/infostore/deletions`, { count: 1, key });
  }

  async readUsage(user: string): Promise<Usage> {
    return (await (await this.call('GET', `${user}/usage`)).json()) as Usage;
  }

  /** False: something was counted since; count again. */
  async setUsage(user: string, usage: Usage): Promise<boolean> {
    const response = await this.send('PUT', `${user}/usage`, usage);
    if (!response.ok && response.status !== 409) throw new Error(`Oxbow answered ${response.status}`);
    return response.ok;
  }

  private async reserve(
    path: string,
    wish: object,
    sizeOf: (amount: number, files: number) => object,
  ): Promise<Reserved> {
    const response = await this.call('POST', `${path}/reservations`, wish);
    const { id } = (await response.json()) as { id: string };
    const reservation = `${path}/reservations/${id}`;
    return {
      commit: async (amount, files) => {
        await this.call('POST', `${reservation}/commit`, sizeOf(amount, files));
      },
      release: async () => {
        await this.call('DELETE', reservation);
      },
    };
  }

  private async call(method: string, path: string, body?: object): Promise<Response> {
    const response = await this.send(method, path, body);
    if (response.ok) return response;
    if (response.status === 507) throw new NoRoomError((await response.json()) as Record<string, unknown>);
    throw new Error(`Oxbow answered ${response.status} to ${method} ${path}`);
  }

  private send(
    method: string,
    path: string,
    body?: object,
    authorization = `Bearer ${this.options.token}`,
  ): Promise<Response> {
    return fetch(`${this.options.url}/quota/v1/${path}`, {
      method,
      headers: { authorization, 'content-type': 'application/json' },
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }
}
