import {
  configure,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
} from "@logtape/logtape";

/** Log levels, the most verbose first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const satisfies LogLevel[];

/** Options of `configureLogging`. */
export interface LoggingOptions {
  /** Minimum level of the records that are logged. */
  level: typeof LOG_LEVELS[number];
  /** `json`: one JSON object per line; `text`: readable lines for a terminal. */
  format: "json" | "text";
}

/**
 * Configures logging to standard error, one line per record. If a record contains an error, the line also has the stack
 * trace and the causes of the error. Callers must not log secrets; errors of the API client contain only the method
 * and path of a request.
 */
export async function configureLogging({ level, format }: LoggingOptions): Promise<void> {
  const formatter = format === "json"
    ? getJsonLinesFormatter({ properties: "flatten" })
    : getTextFormatter({ timestamp: "time", category: "." });
  await configure({
    sinks: {
      stderr: (record) => console.error(formatter(record).replace(/\n$/, "")),
    },
    loggers: [
      { category: [], sinks: ["stderr"], lowestLevel: level },
      { category: ["logtape", "meta"], sinks: ["stderr"], lowestLevel: "warning" },
    ],
    reset: true,
  });
}
