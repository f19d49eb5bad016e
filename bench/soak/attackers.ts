import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect, type Socket } from 'node:net';

/** Attacks come from another address than good requests, as far as the system has one. */
const localAddress = process.platform === 'linux' ? '127.0.0.2' : '127.0.0.1';
const slowSenders = 50;
const perSecond = { garbage: 10, wrongPasswords: 20 };

/**
 * Attacks until it is stopped: bodies that come a byte a second, bytes that are no HTTP, XML that is none, and guesses of a password
 * that is in use.
 * @param guess a well-formed request with a wrong password
 */
export function startAttackers(
  url: string,
  guess: { readonly path: string; readonly body: string },
): { stop(): void } {
  const { hostname, port } = new URL(url);
  const sockets = new Set<Socket>();
  const open = (start: string | Buffer): Socket => {
    const socket = connect({ host: hostname, port: Number(port), localAddress });
    sockets.add(socket);
    socket.on('error', () => undefined).once('close', () => sockets.delete(socket));
    socket.setTimeout(60_000, () => socket.destroy());
    socket.resume().write(start);
    return socket;
  };
  const slow = new Set<Socket>();
  const head = `POST ${guess.path} HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\nContent-Length: 100000\r\n\r\n`;
  const dripping = setInterval(() => {
    for (const socket of slow) socket.write('<');
    while (slow.size < slowSenders) {
      const socket = open(head);
      slow.add(socket);
      socket.once('close', () => slow.delete(socket));
    }
  }, 1_000);
  const garbage = setInterval(() => {
    open(randomBytes(512)).end();
    post(url, guess.path, `<a>${randomBytes(200).toString('latin1')}`);
  }, 1_000 / perSecond.garbage);
  const guesses = setInterval(() => post(url, guess.path, guess.body), 1_000 / perSecond.wrongPasswords);
  return {
    stop: () => {
      for (const timer of [dripping, garbage, guesses]) clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

function post(url: string, path: string, body: string): void {
  const headers = { 'Content-Type': 'text/xml; charset=UTF-8', Connection: 'close' };
  const sent = request(`${url}${path}`, { method: 'POST', headers, localAddress, agent: false }, (response) =>
    response.resume(),
  );
  sent.on('error', () => undefined);
  sent.setTimeout(60_000, () => sent.destroy());
  sent.end(body);
}
