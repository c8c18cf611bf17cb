import type { Clock } from "../clock.ts";
import { startDeadline } from "../deadline.ts";
import type { Socket } from "./connection.ts";

/** Address of a server, and the only TLS setting that {@linkcode connect} supports. */
export interface Target {
  readonly url: URL;
  /** Certificate authorities in PEM format, in addition to those that Deno trusts. */
  readonly caCerts?: string[] | undefined;
}

// Timeout for the TCP connection. The timeout is short, so that a retry starts soon: if one of several servers behind
// the address does not respond, another one may respond.
const TCP_MS = 5_000;

/**
 * Opens a TCP connection, with TLS if the address begins with `https:`. If this fails, the message of the error begins
 * with "client error (Connect)", as in errors of `fetch`. Throws the abort reason if `signal` is aborted.
 */
export async function connect(target: Target, clock: Clock, signal: AbortSignal): Promise<Socket> {
  const isTls = target.url.protocol === "https:";
  const hostname = target.url.hostname.replace(/^\[|\]$/g, "");
  const port = Number(target.url.port) || (isTls ? 443 : 80);
  try {
    const tcp = await connectTcp({ hostname, port }, clock, signal);
    // Disables Nagle's algorithm: otherwise, the end of a large request waits up to 40 ms until the server has
    // acknowledged the beginning.
    tcp.setNoDelay(true);
    if (!isTls) return tcp;
    return await startTls(tcp, { hostname, caCerts: target.caCerts }, signal);
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    const message = error instanceof Error ? error.message : String(error);
    throw new Error(`client error (Connect): ${describe(message)}`);
  }
}

async function connectTcp(
  address: { hostname: string; port: number },
  clock: Clock,
  signal: AbortSignal,
): Promise<Deno.TcpConn> {
  using deadline = startDeadline(clock, TCP_MS, signal);
  try {
    return await Deno.connect({ ...address, signal: deadline.signal });
  } catch (error) {
    if (!deadline.expired()) throw error;
    throw new Error(`no TCP connection within ${TCP_MS / 1000} s`);
  }
}

async function startTls(
  tcp: Deno.TcpConn,
  { hostname, caCerts = [] }: { hostname: string; caCerts?: string[] | undefined },
  signal: AbortSignal,
): Promise<Socket> {
  // If a certificate authority is invalid, this call throws and closes the socket.
  const tls = await Deno.startTls(tcp, { hostname, caCerts, alpnProtocols: ["http/1.1"] });
  let isClosed = false;
  const close = () => {
    if (!isClosed) tls.close();
    isClosed = true;
  };
  signal.addEventListener("abort", close, { once: true });
  try {
    if (signal.aborted) close();
    await tls.handshake();
    return tls;
  } catch (error) {
    close();
    throw error;
  } finally {
    signal.removeEventListener("abort", close);
  }
}

/** Converts the error message of a Deno socket into the text that `fetch` uses for the same error. */
function describe(message: string): string {
  if (message.startsWith("failed to lookup address")) return `dns error: ${message}`;
  if (message === "unexpected end of file") return "tls handshake eof";
  return /\(os error \d+\)$/.test(message) ? `tcp connect error: ${message}` : message;
}
