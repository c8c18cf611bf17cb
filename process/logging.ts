import {
  configure,
  getJsonLinesFormatter,
  getTextFormatter,
  type LogLevel,
} from "@logtape/logtape";

/** Log levels, the most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const satisfies LogLevel[];

export interface LoggingOptions {
  /** The least important level that is written. */
  level: typeof LOG_LEVELS[number];
  /** `json`: one object a line; `text`: for people. */
  format: "json" | "text";
}

/**
 * Writes what is logged from now on to standard error, one line each. Errors are written with their stack and
 * causes; nothing that is logged may hold a secret (errors of the API client name a request's method and path only).
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
