// Below the range from which Linux and macOS take ports for outgoing connections: a port that is
// free now is not taken by somebody's client before the program that gets it is up.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const TRIES_PER_PORT = 200;

export interface PortOptions {
  /** A number in [0, 1). */
  random(): number;
  isFree(port: number): boolean;
}

/** Picks distinct free TCP ports. Throws when hardly any port is free. */
export function pickPorts(count: number, { random, isFree }: PortOptions): number[] {
  const picked: number[] = [];
  for (let tries = 0; picked.length < count; tries++) {
    if (tries === count * TRIES_PER_PORT) {
      throw new Error(
        `Cannot find ${count} free ports between ${FIRST_PORT} and ${LAST_PORT}: ` +
          `${tries} were tried; end programs that listen there`,
      );
    }
    const port = FIRST_PORT + Math.floor(random() * (LAST_PORT - FIRST_PORT));
    if (!picked.includes(port) && isFree(port)) picked.push(port);
  }
  return picked;
}

/** Whether a loopback listener can be opened on this port. */
export function isLoopbackPortFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
