import { type Clock, delay } from "../../kube/clock.ts";

/** Returns whether the work ends within `timeMs` milliseconds. Rejects if the work rejects in that time. */
export async function within(
  clock: Clock,
  timeMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  const ended = new AbortController();
  try {
    const late = delay(clock, timeMs, ended.signal).then(() => false);
    return await Promise.race([work.then(() => true), late]);
  } finally {
    ended.abort();
  }
}
