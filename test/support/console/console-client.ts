import type { Login } from '../../wire/fixtures.js';

/** What the console answered. */
export interface ConsolePage {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser without script, for one login to the console of a running app. Does not follow redirections. */
export class ConsoleClient {
  /** As the browser sends it; '' before a login. */
  cookie = '';
  /** Stands in the forms of the last page. */
  token = '';

  constructor(private readonly url: string) {}

  static async loggedIn(url: string, login: Login): Promise<ConsoleClient> {
    const client = new ConsoleClient(url);
    const answer = await client.logIn(login);
    if (answer.status !== 303) throw new Error(`login: ${answer.status} ${answer.text}`);
    await client.get('/');
    return client;
  }

  logIn({ login, password }: Login, next = ''): Promise<ConsolePage> {
    return this.send('POST', '/login', { body: new URLSearchParams({ login, password, next }) });
  }

  get(path: string): Promise<ConsolePage> {
    return this.send('GET', path);
  }

  /** Sends a form with the token of the last page. */
  post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) {
    const body = new URLSearchParams({ token: this.token, ...fields });
    return this.send('POST', path, { body, headers });
  }

  async send(
    method: string,
    path: string,
    more: { body?: URLSearchParams; headers?: Record<string, string> } = {},
  ): Promise<ConsolePage> {
    const headers = { ...(this.cookie === '' ? {} : { cookie: this.cookie }), ...more.headers };
    const init: RequestInit = { method, headers, redirect: 'manual' };
    if (more.body !== undefined) init.body = more.body;
    const answer = await fetch(`${this.url}/console${path}`, init);
    const text = await answer.text();
    const set = answer.headers.get('set-cookie');
    if (set !== null) this.cookie = set.split(';')[0] ?? '';
    this.token = /name="token" value="([^"]*)"/.exec(text)?.[1] ?? this.token;
    return { status: answer.status, headers: answer.headers, text };
  }
}
