// @ts-types="../../types/std/assert.d.ts"
import { AssertionError } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";

const PAUSE_MS = 50;
const DEADLINE_MS = 60_000;

/**
 * Calls `check` repeatedly until it succeeds, and returns its result. Repeats the call after a failed assertion and
 * after an error response of the API server.
 *
 * @throws the last assertion error or API error after the deadline, and any other error immediately
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const giveUpAtMs = performance.now() + deadlineMs;
  while (true) {
    try {
      return await check();
    } catch (error) {
      if (!(error instanceof AssertionError || error instanceof ApiError)) throw error;
      if (performance.now() > giveUpAtMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}
