import { createHmac, randomBytes } from 'node:crypto';
import { escapeText } from '../../util/escape-markup.js';

/** Names of what must not be shown. Their neighbours only say how, such as passwordMech, or whether, such as the module editPassword. */
const secretName = /^(?!password_?(?:mech|expired)$|editpassword$).*(?:passw|secret|token)/i;
/** Start tag of a secret element: the tag, local name, attributes, and slash of an empty element. */
const startTag =
  /<((?:[^\s<>/:]+:)?([^\s<>/:]*(?:passw|secret|token)[^\s<>/:]*))(\s(?:"[^"]*"|'[^']*'|[^"'>])*?)?(\/?)>/gi;
/** A shorter secret would be found in the middle of other words. */
const minElsewhereChars = 8;

/**
 * Replaces secrets by placeholders. The same secret always has the same placeholder, so that a recording can
 * be replayed. Only this process's key relates a placeholder to its secret.
 */
export class SecretHider {
  private readonly key = randomBytes(32);

  /** Placeholder of a secret: `{{secret-…}}`. */
  placeholder(secret: string): string {
    const digest = createHmac('sha256', this.key).update(secret).digest('hex');
    return `{{secret-${digest.slice(0, 16)}}}`;
  }

  /**
   * Envelope without the content of secret elements and without the decoded message's secrets, wherever they
   * occur.
   * @param message undefined when it could not be decoded
   */
  hide(xml: string, message: unknown): string {
    const named = this.hideElements(xml);
    // An undecodable document may have its tags in any disorder.
    if (message === undefined) return named.replace(/(<[^<>]*passw[^<>]*>)(?!\{\{)[^<]+/gi, '$1{{secret}}');
    return this.hideSecretsOf(message, named);
  }

  /** Like `hide`, for a value that is written as JSON. */
  hideJson(value: unknown, message: unknown): string {
    const named = JSON.stringify(value, (name, member: unknown) =>
      typeof member === 'string' && member !== '' && secretName.test(name)
        ? this.placeholder(member)
        : member,
    );
    return this.hideSecretsOf(message, named);
  }

  /** A path without what its query says under such names. */
  hideQuery(path: string): string {
    return path.replace(/([?&][^=&]*(?:passw|secret|token)[^=&]*=)[^&]*/gi, '$1{{secret}}');
  }

  private hideSecretsOf(message: unknown, text: string): string {
    return findSecrets(message)
      .filter((secret) => secret.length >= minElsewhereChars)
      .reduce((rest, secret) => this.hideEverywhere(rest, secret), text);
  }

  private hideElements(xml: string): string {
    let hidden = '';
    let from = 0;
    startTag.lastIndex = 0;
    for (let tag = startTag.exec(xml); tag !== null; tag = startTag.exec(xml)) {
      const [start, name = '', localName = '', , slash] = tag;
      if (slash === '/' || !secretName.test(localName)) continue;
      const contentAt = tag.index + start.length;
      const endAt = endOf(xml, name, contentAt);
      const content = xml.slice(contentAt, endAt);
      hidden += xml.slice(from, contentAt) + (content === '' ? '' : this.placeholder(plainText(content)));
      from = endAt;
      startTag.lastIndex = endAt;
    }
    return hidden + xml.slice(from);
  }

  /** Hides a secret between placeholders only, whose own letters it might match. */
  private hideEverywhere(text: string, secret: string): string {
    // Each form once: the second time it might be found in a placeholder.
    const forms = new Set([secret, escapeText(secret), JSON.stringify(secret).slice(1, -1)]);
    const hidden = (part: string): string =>
      [...forms].reduce((rest, form) => rest.replaceAll(form, () => this.placeholder(secret)), part);
    return text
      .split(/(\{\{secret[^}]*\}\})/)
      .map((part, at) => (at % 2 === 0 ? hidden(part) : part))
      .join('');
  }
}

/** The secrets of a decoded message, longest first: what members with such names hold, and map entries under such keys. */
function findSecrets(message: unknown): string[] {
  const found = new Set<string>();
  const visit = (value: unknown, isSecret: boolean): void => {
    if (typeof value === 'string') {
      if (isSecret && value !== '') found.add(value);
      return;
    }
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    const { key } = value as { key?: unknown };
    const holdsSecret = typeof key === 'string' && secretName.test(key);
    for (const [name, member] of Object.entries(value)) {
      const isIndex = Array.isArray(value);
      visit(member, (isIndex && isSecret) || secretName.test(name) || (holdsSecret && name === 'value'));
    }
  };
  visit(message, false);
  return [...found].sort((a, b) => b.length - a.length);
}

/** Offset of the end tag; the end of the text when there is none. */
function endOf(xml: string, name: string, from: number): number {
  const end = new RegExp(`</${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*>`, 'g');
  end.lastIndex = from;
  return end.exec(xml)?.index ?? xml.length;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The characters that a piece of XML stands for. */
function plainText(xml: string): string {
  return xml
    .replace(/<!\[CDATA\[([\s\S]*?)\]\]>/g, (_whole, text: string) => escapeText(text))
    .replace(/<!--[\s\S]*?-->/g, '')
    .replace(
      /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi,
      (whole, hex?: string, decimal?: string, name?: string) => {
        if (name !== undefined) return entities[name] ?? whole;
        const code = hex === undefined ? Number(decimal) : parseInt(hex, 16);
        return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
      },
    );
}
