/** Who wrote what where, to be looked through for secrets. */
export interface Written {
  readonly where: string;
  readonly text: string;
}

/** The ways in which a secret may stand in a text: as it is, escaped for XML, JSON and URLs, as hex, and inside of base64. */
export function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const xml = secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const base64 = [0, 1, 2].flatMap((before) => insideBase64(bytes, before));
  const forms = [
    secret,
    xml,
    xml.replaceAll('"', '&quot;'),
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    encodeURI(secret),
    bytes.toString('hex'),
    ...base64,
    [...secret].reverse().join(''),
  ];
  return [...new Set(forms.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]))];
}

/** What of base64 does not depend on the bytes around the secret, of which `before` (modulo 3) stand before it. */
function insideBase64(bytes: Buffer, before: number): string[] {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const end = Math.floor((before + bytes.length) / 3) * 4;
  return [text.slice([0, 2, 3][before], end)];
}

/** One line for each secret that stands somewhere. Both spellings of hex count. */
export function leaksIn(written: readonly Written[], secrets: Readonly<Record<string, string>>): string[] {
  return written.flatMap(({ where, text }) => {
    const lower = text.toLowerCase();
    return Object.entries(secrets).flatMap(([name, secret]) => {
      const form = formsOf(secret).find((each) => text.includes(each) || lower.includes(each.toLowerCase()));
      return form === undefined ? [] : [`${where}: ${name} as ${form}`];
    });
  });
}
