/** One line, with `{name}` for properties: `write("Deleted {object}", { object })`. */
export type LogLine = (message: string, properties?: Record<string, unknown>) => void;

/** What the engine asks of a logger (one of logtape's will do); tests give one that remembers. */
export interface Log {
  debug: LogLine;
  info: LogLine;
  warn: LogLine;
  error: LogLine;
}
