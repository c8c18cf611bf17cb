import type { Clock } from "../../kube/clock.ts";

/** Whether the work ends, however it ends, within so many milliseconds. What it throws is thrown. */
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
