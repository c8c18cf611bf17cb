/** Says in a line what went wrong below `fetch`, whose own message is "fetch failed"; without the address, which the caller names. */
export function describeFetchError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause instanceof Error ? error.cause : error;
  return cause.message.replace(
    /^error sending request (from .*? )?for (url )?\S+( \([^)]*\))?: /,
    "",
  );
}
