/** The command line cannot be understood; the process ends with exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
