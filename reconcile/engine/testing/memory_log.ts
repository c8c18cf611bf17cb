import type { Log, LogLine } from "../../../kube/log.ts";

/** A log that stores lines in memory. Each line has the form `level message`, with property values in the message. */
export interface MemoryLog extends Log {
  readonly lines: string[];
}

export function createMemoryLog(): MemoryLog {
  const lines: string[] = [];
  const keep = (level: string): LogLine => (message, properties = {}) => {
    const text = message.replace(/\{(\w+)\}/g, (_, name: string) => String(properties[name]));
    lines.push(`${level} ${text}`);
  };
  return {
    lines,
    debug: keep("debug"),
    info: keep("info"),
    warn: keep("warn"),
    error: keep("error"),
  };
}
