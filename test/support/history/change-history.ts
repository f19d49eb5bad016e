import type { World } from '../../wire/fixtures.js';
import type { RawSoap, SoapAnswer, SoapParams } from '../wire/raw-soap.js';
import { type ChangingField, type ObjectKind, type Target, together } from './changing-objects.js';
import { registerComplaints, type RegisterEvent } from './register-history.js';

/** The name of the register that only a login can read. */
const passwordRegister = 'password';

const nothingChanged = /temporarily unavailable/;

let clock = 0;
let serials = 0;

/** Several clients that change and read one object, and know what they were told. */
export class ChangeHistory {
  readonly counts = { acknowledged: 0, refused: 0 };
  /** Answers that no client should ever see. */
  readonly unexpected: string[] = [];
  private readonly events = new Map<string, RegisterEvent[]>();
  private readonly initial = new Map<string, string>();

  private constructor(
    private readonly world: World,
    private readonly clients: readonly RawSoap[],
    private readonly random: () => number,
    readonly kind: ObjectKind,
    readonly target: Target,
  ) {}

  static async begin(
    world: World,
    clients: readonly RawSoap[],
    random: () => number,
    kind: ObjectKind,
  ): Promise<ChangeHistory> {
    const target = await kind.make(world, `history-${kind.kind}-${(serials += 1)}`);
    const history = new ChangeHistory(world, clients, random, kind, target);
    const node = await kind.read(world.soap, world, target);
    for (const field of kind.fields) history.initial.set(field.name, field.read(node));
    history.initial.set(passwordRegister, 'the first password');
    return history;
  }

  /** One client after the other call of its own, until it has made so many changes. */
  async work(changes: number): Promise<void> {
    for (let made = 0; made < changes; made += 1) {
      await this.change();
      if (this.random() < 0.3) await this.read();
    }
  }

  /** What everybody sees when nobody changes anything any more. */
  async end(): Promise<void> {
    for (const client of this.clients) await this.read(client);
  }

  /** The passwords that may be right, those first that were answered last. */
  passwords(): string[] {
    const written = this.eventsOf(passwordRegister).filter(({ isRefused }) => isRefused !== true);
    return written.sort((a, b) => b.ended - a.ended).map(({ value }) => value);
  }

  /** Notes which password lets in at the end. */
  passwordIs(value: string): void {
    clock += 1;
    this.eventsOf(passwordRegister).push({ kind: 'read', value, begun: clock, ended: (clock += 1) });
  }

  /** Empty when all is well. */
  complaints(): string[] {
    const lost = [...this.events].flatMap(([name, events]) =>
      registerComplaints(this.initial.get(name) ?? '', events).map(
        (complaint) => `${this.kind.kind}, ${name}: ${complaint}`,
      ),
    );
    return [...this.unexpected, ...lost];
  }

  private async change(): Promise<void> {
    const chosen = this.kind.fields.filter(() => this.random() < 0.25);
    const serial = (serials += 1);
    const isNewPassword = this.kind.hasPassword && this.random() < 0.25;
    const password = isNewPassword ? { password: `password-${serial}`, passwordMech: 'BCRYPT' } : {};
    const changes: SoapParams[] = [...chosen.map((field) => field.params(serial, this.target)), password];
    const begun = (clock += 1);
    const answer = await this.kind.change(this.anyClient(), this.world, this.target, together(changes));
    const end = { begun, ended: (clock += 1), isRefused: this.isRefused(answer) };
    const note = (name: string, value: string) => this.eventsOf(name).push({ kind: 'write', value, ...end });
    for (const field of chosen) note(field.name, field.shown(serial));
    if (isNewPassword) note(passwordRegister, `password-${serial}`);
  }

  private async read(client = this.anyClient()): Promise<void> {
    const begun = (clock += 1);
    const node = await this.kind.read(client, this.world, this.target);
    const ended = (clock += 1);
    const note = (field: ChangingField) =>
      this.eventsOf(field.name).push({ kind: 'read', value: field.read(node), begun, ended });
    this.kind.fields.forEach(note);
  }

  private isRefused({ fault }: SoapAnswer): boolean {
    if (fault === undefined) this.counts.acknowledged += 1;
    else this.counts.refused += 1;
    if (fault !== undefined && !nothingChanged.test(fault.text))
      this.unexpected.push(`${this.kind.kind}: ${fault.text}`);
    return fault !== undefined;
  }

  private anyClient(): RawSoap {
    const client = this.clients[Math.floor(this.random() * this.clients.length)];
    if (client === undefined) throw new Error('no client');
    return client;
  }

  private eventsOf(name: string): RegisterEvent[] {
    const events = this.events.get(name) ?? [];
    this.events.set(name, events);
    return events;
  }
}
