const TAIL_LINES = 15;

/** The last lines of a log file, for error messages; empty when there is no such file. */
export async function logTail(path: string): Promise<string> {
  try {
    const text = await Deno.readTextFile(path);
    return text.trimEnd().split("\n").slice(-TAIL_LINES).join("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
