import { UsageError } from "../cli/usage_error.ts";

/**
 * Returns the value of an environment variable; undefined if it is not set. Throws a {@link UsageError} if the value is
 * not UTF-8. The error omits the value, because it may be secret.
 */
export function environmentVariable(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.InvalidData)) throw error;
    throw new UsageError(
      `Cannot read the environment variable ${name}: its value is not UTF-8; give a binary key as base64`,
    );
  }
}
