/** Returns the messages of an error and its causes in one line. Omits a cause that the error's message already contains. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if (cause === undefined) return message;
  const reason = describeError(cause);
  return message.includes(reason) ? message : `${message}: ${reason}`;
}
