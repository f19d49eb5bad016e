import { expect } from 'chai';

/** What a client program printed: the value of each step, by the step's name. */
export type StoryValues = ReadonlyMap<string, unknown>;

/** One step of a story: its name as every client program prints it, and what the wire must have said. */
export interface StoryStep {
  readonly name: string;
  check(value: unknown, values: StoryValues): void;
}

export const UNIFIED = 'com.openexchange.unifiedquota.enabled';

const EXCEPTION_ID = /; exceptionId -?\d+-\d+$/; // Source: docs/contract/faults.md#2.

/** Sent by every stack as display name and surname: letters outside ASCII, outside Latin, and markup. */
const DISPLAY_NAME = 'Jürgen Ærø 漢字 & <b>';
const SURNAME = 'Ærø 漢字 & <b>';

export function step(name: string, check: (value: unknown, values: StoryValues) => void): StoryStep {
  return { name, check };
}

/** A void operation has an empty Body, which every stack turns into its own nothing. */
export function expectVoid(value: unknown): void {
  expect(value).to.equal(null);
}

export function expectNamed(value: unknown, name: string): object {
  expect(value).to.be.an('object').that.has.property('name', name);
  expect(value).to.have.property('id').that.is.a('number').above(0);
  return value as object;
}

/** The user as created, whatever her attributes are by now. */
export function expectUser(value: unknown, id: number): { config: unknown } {
  expect(value).to.deep.include({
    id,
    name: 'anna',
    display_name: DISPLAY_NAME,
    given_name: 'Jürgen',
    sur_name: SURNAME,
    primaryEmail: 'anna@acme.example',
    email1: 'anna@acme.example',
    language: 'de_DE',
    timezone: 'Europe/Berlin',
    mailenabled: true,
    maxQuota: 1024,
    usedQuota: 0,
    password: null,
  });
  expect(value).to.have.property('filestoreId').that.is.a('number').above(0);
  expect(value).to.have.property('aliases').that.has.members(['anna@acme.example', 'a.berg@acme.example']);
  return value as { config: unknown };
}

/** @param textPart what the text contains; every stack must have seen the detail element `fault`, too. */
export function expectFault(value: unknown, fault: string, textPart: string): void {
  expect(value).to.have.property('fault', fault);
  expect(value).to.have.property('text').that.contains(textPart).and.matches(EXCEPTION_ID);
}

export function contextId(values: StoryValues): number {
  return idFrom(values, 'create-context');
}

export function userId(values: StoryValues): number {
  return idFrom(values, 'create-user');
}

export function secondUserId(values: StoryValues): number {
  return idFrom(values, 'create-second-user');
}

export function idFrom(values: StoryValues, stepName: string): number {
  return (values.get(stepName) as { id: number }).id;
}

export function groupId(values: StoryValues): number {
  return idFrom(values, 'create-group');
}
