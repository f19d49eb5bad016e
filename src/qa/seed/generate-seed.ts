import { bytesPerMb } from '../../util/bytes-per-mb.js';
import type { SeedText, SeedUsage } from './seed-form.js';

/** Size of a generated seed. Contexts and users are totals, spread evenly. */
export interface SeedSize {
  readonly resellers: number;
  readonly contexts: number;
  readonly users: number;
  /** In each context. */
  readonly groups: number;
  /** In each context. */
  readonly resources: number;
  /** The same number, the same data. */
  readonly randomSeed: number;
}

const givenNames =
  'Ada Amir Anna Ben Carla Chen Dana David Elena Emil Farah Felix Greta Hugo Ines Ivan Jana Jonas Kaya Lars Lena Luca Maya Mila Nils Nora Omar Paula Rosa Sami Sofia Theo Vera Yara Zoe'.split(
    ' ',
  );
const surNames =
  'Abel Bauer Becker Brandt Costa Diaz Eriksen Fischer Gomez Haas Ito Jansen Keller Klein Lang Lopez Meier Moreau Novak Olsen Peters Quinn Rossi Sato Schmid Silva Tanaka Vogel Weber Yilmaz Zimmer'.split(
    ' ',
  );
const quotasMb = [500, 1_000, 2_000, 5_000, 10_000];
const meanMessageBytes = 75_000;
const meanFileBytes = 2_000_000;

/** Made-up resellers, contexts and users; the same arguments always give the same. */
export function generateSeed(size: SeedSize): SeedText {
  const random = seededRandom(size.randomSeed);
  const pick = <T>(items: readonly [T, ...T[]] | readonly T[]): T =>
    items[Math.floor(random() * items.length)] as T;
  const usageOf = usageMaker(size.randomSeed);
  const person = () => ({ givenName: pick(givenNames), surName: pick(surNames) });
  const usersOf = (count: number) => {
    const namesakes = new Map<string, number>();
    return Array.from({ length: count }, () => {
      const { givenName, surName } = person();
      const base = `${givenName}.${surName}`.toLowerCase();
      const number = (namesakes.get(base) ?? 0) + 1;
      namesakes.set(base, number);
      const suffix = number === 1 ? '' : String(number);
      const [maxQuotaMb, ownMailQuotaMb, unifiedQuota] = [pick(quotasMb), pick(quotasMb), random() < 0.5];
      // One quota for both needs two that are equal.
      const quotas = { maxQuotaMb, mailQuotaMb: unifiedQuota ? maxQuotaMb : ownMailQuotaMb, unifiedQuota };
      return {
        name: `${base}${suffix}`,
        givenName,
        surName,
        displayName: `${givenName} ${surName}${suffix === '' ? '' : ` ${suffix}`}`,
        ...quotas,
        usage: usageOf(quotas),
      };
    });
  };
  const contextsOf = (reseller: number) =>
    numbersOf(reseller, size.resellers, size.contexts).map((number) => {
      const users = usersOf(numbersOf(number - 1, size.contexts, size.users).length);
      const groups = Array.from({ length: size.groups }, (_, at) => ({
        name: `team${at + 1}`,
        displayName: `Team ${at + 1}`,
        members: users.filter((_user, index) => index % size.groups === at).map(({ name }) => name),
      }));
      const resources = Array.from({ length: size.resources }, (_, at) => ({
        name: `room${at + 1}`,
        displayName: `Room ${at + 1}`,
      }));
      return { name: `context${number}`, maxQuotaMb: 100_000, users, groups, resources };
    });
  return {
    resellers: Array.from({ length: size.resellers }, (_, at) => ({
      name: `reseller${at + 1}`,
      displayName: `Reseller ${at + 1}`,
      contexts: contextsOf(at),
    })),
  };
}

interface Quotas {
  readonly maxQuotaMb: number;
  readonly mailQuotaMb: number;
  readonly unifiedQuota: boolean;
}

/** Generates usage within the quota: most users hold little, and a few have nearly filled theirs. */
function usageMaker(randomSeed: number): (quotas: Quotas) => SeedUsage {
  // Numbers of its own, so that names and quotas do not depend on it.
  const random = seededRandom(~randomSeed);
  const filled = () => random() ** 2;
  return ({ maxQuotaMb, mailQuotaMb, unifiedQuota }) => {
    const [whole, share] = [filled(), random()];
    const [mail, files] = unifiedQuota ? [whole * share, whole * (1 - share)] : [whole, share ** 2];
    const mailBytes = Math.floor(mail * mailQuotaMb * bytesPerMb);
    const fileBytes = Math.floor(files * maxQuotaMb * bytesPerMb);
    return {
      mailBytes,
      mailMessages: Math.ceil(mailBytes / meanMessageBytes),
      fileBytes,
      files: Math.ceil(fileBytes / meanFileBytes),
    };
  };
}

/** Numbers from 1 to total that a holder has when they are dealt evenly in order. */
function numbersOf(at: number, holders: number, total: number): number[] {
  const from = Math.floor((at * total) / holders);
  const to = Math.floor(((at + 1) * total) / holders);
  return Array.from({ length: to - from }, (_, index) => from + index + 1);
}

/** Random numbers from 0 to below 1, the same ones for the same seed: mulberry32. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
