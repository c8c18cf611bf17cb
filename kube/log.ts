/** Writes a line, with `{name}` as a placeholder for a property: `write("Deleted {object}", { object })`. */
export type LogLine = (message: string, properties?: Record<string, unknown>) => void;

/** A logger; those of logtape have these functions, and tests replace them. */
export type Log = Record<"debug" | "info" | "warn" | "error", LogLine>;
