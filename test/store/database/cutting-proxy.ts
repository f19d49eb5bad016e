import { connect, createServer, type AddressInfo, type Socket } from 'node:net';

/** What a connection to MariaDB can suffer on the way. */
export interface CuttingProxy {
  readonly port: number;
  /** Cuts all connections as soon as the client sends this text; `isForwarded`: after the server got it. Once only. */
  cutAt(text: string, isForwarded: boolean): void;
  /** Swallows everything until `resume`, on connections that exist by then. */
  hold(): void;
  resume(): void;
  close(): Promise<void>;
}

/** Starts a proxy on 127.0.0.1 in front of a port of it. */
export async function startCuttingProxy(targetPort: number): Promise<CuttingProxy> {
  const sockets = new Set<Socket>();
  let cut: { text: string; isForwarded: boolean } | null = null;
  let isHolding = false;
  const cutAll = () => {
    cut = null;
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(targetPort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.end();
      });
      socket.on('error', () => socket.destroy());
    }
    let isMute = false;
    client.on('data', (data) => {
      isMute ||= isHolding;
      if (isMute) return;
      if (cut === null || !data.includes(cut.text)) return void upstream.write(data);
      // Forwarded: the server works it off, but its answer never arrives.
      if (!cut.isForwarded) return cutAll();
      isMute = true;
      cut = null;
      upstream.write(data, () => setTimeout(() => client.destroy(), 300));
    });
    upstream.on('data', (data) => {
      if (!isMute) client.write(data);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    cutAt: (text, isForwarded) => (cut = { text, isForwarded }),
    hold: () => (isHolding = true),
    resume: () => (isHolding = false),
    close: async () => {
      cutAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
