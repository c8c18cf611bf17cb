/**
 * What went wrong and why, in one line: the messages of an error and of its causes. A cause that the message before it
 * quotes already is not told again.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  if (cause === undefined) return message;
  const why = describeError(cause);
  return message.includes(why) ? message : `${message}: ${why}`;
}
