/** Logs a message, where `{name}` is a placeholder for a property: `info("Deleted {object}", { object })`. */
export type LogLine = (message: string, properties?: Record<string, unknown>) => void;

/** A logger with one function per level. LogTape loggers satisfy this type; tests pass fake loggers. */
export type Log = Record<"debug" | "info" | "warn" | "error", LogLine>;
