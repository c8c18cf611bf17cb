// Programs listen on ports in this range. The range is below the kernel's range for outgoing connections, so that an
// outgoing connection cannot take a free port before the program starts to listen on it.
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;
const TRIES_PER_PORT = 200;

export interface PortOptions {
  /** Returns a random number in [0, 1). */
  random(): number;
  isFree(port: number): boolean;
}

/** Returns distinct free TCP ports at random. Throws if too many of the tried ports are in use. */
export function pickPorts(
  count: number,
  { random, isFree }: PortOptions = { random: Math.random, isFree: isLoopbackPortFree },
): number[] {
  const picked: number[] = [];
  for (let tries = 0; picked.length < count; tries++) {
    if (tries === count * TRIES_PER_PORT) {
      throw new Error(
        `Cannot find ${count} free ports between ${FIRST_PORT} and ${LAST_PORT} ` +
          `after ${tries} attempts; stop programs that listen on these ports`,
      );
    }
    const port = FIRST_PORT + Math.floor(random() * (LAST_PORT - FIRST_PORT));
    if (!picked.includes(port) && isFree(port)) picked.push(port);
  }
  return picked;
}

export function isLoopbackPortFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
