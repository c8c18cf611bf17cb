import type { Logger } from "@logtape/logtape";

/** What the engine asks of a logger; tests give one that remembers. */
export type Log = Pick<Logger, "debug" | "info" | "warn" | "error">;
