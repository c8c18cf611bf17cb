import { isJsonObject } from "../../kube/json.ts";
import { type DeletionReport, OUTCOMES, PHASES } from "../../partition/report.ts";

const MAX_MESSAGE_LENGTH = 1024;

/**
 * Parses the report of a pod. The text is untrusted, so the result contains only values that the schema of the status
 * allows.
 *
 * @returns undefined if the text is not a report, such as a truncated text or the end of a log
 */
export function readReport(text: string): DeletionReport | undefined {
  const report = parse(text);
  const phase = PHASES.find((known) => known === report?.["phase"]);
  if (!report || !phase) return undefined;
  const outcome = OUTCOMES.find((known) => known === report["outcome"]);
  const { message } = report;
  const itemsFound = figure(report["itemsFound"]);
  return {
    phase,
    ...(outcome && { outcome }),
    ...(typeof message === "string" && { message: message.slice(0, MAX_MESSAGE_LENGTH) }),
    ...(itemsFound !== undefined && { itemsFound }),
    itemsDeleted: figure(report["itemsDeleted"]) ?? 0,
    itemsInFlight: figure(report["itemsInFlight"]) ?? 0,
    unprocessedRetries: figure(report["unprocessedRetries"]) ?? 0,
    throttledRequests: figure(report["throttledRequests"]) ?? 0,
    consumedReadUnits: figure(report["consumedReadUnits"], 3) ?? 0,
    consumedWriteUnits: figure(report["consumedWriteUnits"], 3) ?? 0,
    durationMs: figure(report["durationMs"]) ?? 0,
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Returns a figure with so many decimals, or undefined if it is invalid. Capacity units are multiples of one half. */
function figure(value: unknown, decimals = 0): number | undefined {
  if (typeof value !== "number" || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return;
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
