import type { SoapParams, SoapValue } from '../support/wire/raw-soap.js';
import type { Observed } from './observed-case.js';

/** The words of one case, filled in where `{name}` stands. */
export class Placeholders {
  constructor(
    readonly values: Record<string, string>,
    private readonly newContextId: () => string,
  ) {}

  inText(text: string): string {
    return text.replace(/\{(\w+)\}/g, (whole, name: string) =>
      name === 'freeId' ? this.newContextId() : (this.values[name] ?? whole),
    );
  }

  inParams(params: SoapParams): SoapParams {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, this.inValue(value)]));
  }

  /** Whether a text is what is expected, in which `{any}` stands for any text. */
  matches(expected: string, actual: string): boolean {
    const parts = this.inText(expected)
      .split('{any}')
      .map((part) => part.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'));
    return new RegExp(`^${parts.join('[^]*')}$`).test(actual);
  }

  /** The expectation with its words filled in, as it is shown. */
  filledIn(expected: Observed): Observed {
    return typeof expected === 'string' ? this.inText(expected) : expected;
  }

  private inValue(value: SoapValue): SoapValue {
    if (typeof value === 'string') return this.inText(value);
    if (Array.isArray(value)) return (value as readonly SoapValue[]).map((one) => this.inValue(one));
    if (typeof value === 'object' && value !== null) return this.inParams(value as SoapParams);
    return value;
  }
}
