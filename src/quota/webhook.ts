import { createHmac } from 'node:crypto';

export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

const timeoutMs = 10_000;

/** HMAC-SHA256 over `timestamp.body`, in hex: the receiver computes the same and compares. */
export function webhookSignature(secret: string, timestamp: number, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/**
 * Sends one event. Anything but a status of 200 to 299 within 10 s is a failure.
 * @param eventId the same however often the event is sent
 * @throws Error whose text names neither the address nor the secret
 */
export async function sendWebhook(
  { url, secret }: WebhookTarget,
  eventId: string,
  body: string,
): Promise<void> {
  const timestamp = Math.floor(Date.now() / 1_000);
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'oxbow-event-id': eventId,
        'oxbow-timestamp': String(timestamp),
        'oxbow-signature': `v1=${webhookSignature(secret, timestamp, body)}`,
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const cause = error instanceof Error ? error.cause : undefined;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no answer';
    throw new Error(`the webhook cannot be reached: ${code}`);
  }
  // The body is of no interest, but the connection is.
  await response.body?.cancel();
  if (!response.ok) throw new Error(`the webhook answered HTTP ${response.status}`);
}
