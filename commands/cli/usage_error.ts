/** Error in the command line. The process stops with exit code 2. */
export class UsageError extends Error {
  override name = "UsageError";
}
