import { z } from 'zod';

/** What the documentation says about one setting, beside its name and default. */
export interface SettingDoc {
  readonly meaning: string;
  /** Which values are allowed, as it stands in the error line and in the table. */
  readonly allowed: string;
  /** Stands for the default where the default is no fixed text. */
  readonly defaultText?: string;
  /** The value may hold a password and is never shown. */
  readonly secret?: true;
}

/** What is documented of each setting. */
export const docs = z.registry<SettingDoc>();

/** A setting read by `parse`; undefined means the value is not allowed. */
export function setting<T>(parse: (text: string) => T | undefined) {
  return z.string().transform((text, context): T => {
    const value = parse(text);
    if (value !== undefined) return value;
    context.addIssue('is not allowed');
    return z.NEVER;
  });
}

export const flag = setting((text) => ({ true: true, false: false })[text.toLowerCase()]);

export const integer = (min: number, max: number) =>
  setting((text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= min && value <= max ? value : undefined;
  });

export const oneOf = <const T extends string>(...values: T[]) =>
  setting((text) => values.find((value) => value === text.toLowerCase()));

export const matching = (pattern: RegExp) => setting((text) => (pattern.test(text) ? text : undefined));

/** An unset setting without a default is null. */
export const orNull = <T extends z.ZodType>(type: T) => type.optional().transform((value) => value ?? null);

export const trueOrFalse = (meaning: string): SettingDoc => ({ meaning, allowed: 'true or false' });
