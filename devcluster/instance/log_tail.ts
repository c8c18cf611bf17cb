import { undefinedIfNotFound } from "../not_found.ts";

const TAIL_LINES = 15;

/** Returns the last lines of a log file for an error message; "" if the file does not exist. */
export async function logTail(path: string): Promise<string> {
  const text = await undefinedIfNotFound(Deno.readTextFile(path)) ?? "";
  return text.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
}
