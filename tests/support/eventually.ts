// @ts-types="../../types/std/assert.d.ts"
import { AssertionError } from "@std/assert";
import { ApiError } from "../../kube/errors.ts";

const PAUSE_MS = 50;
const DEADLINE_MS = 60_000;

/**
 * Repeats assertions until they hold, and returns the result of the check. An error response of the API server counts
 * as an assertion that does not hold yet.
 *
 * @throws the last failed assertion after the deadline; any other error immediately
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
