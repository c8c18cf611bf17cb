import type { Clock } from "../../kube/clock.ts";

/** Returns whether the work ends within `timeMs` milliseconds. Rejects if the work rejects in that time. */
export async function within(
  clock: Clock,
  timeMs: number,
  work: Promise<unknown>,
): Promise<boolean> {
  let cancel = () => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.timer(timeMs, () => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    cancel();
  }
}
