import { type DeletionReport, OUTCOMES, PHASES } from "../../partition/report.ts";

const LONGEST_MESSAGE = 1024;

/**
 * Reads what a pod says of itself. It comes from outside, so that nothing is taken that a status could not hold.
 *
 * @returns undefined if it is no report, such as the end of a log or half a text
 */
export function readReport(text: string): DeletionReport | undefined {
  const report = parse(text);
  const phase = PHASES.find((known) => known === report?.["phase"]);
  if (!report || !phase) return undefined;
  const outcome = OUTCOMES.find((known) => known === report["outcome"]);
  const { message, itemsFound } = report;
  return {
    phase,
    ...(outcome && { outcome }),
    ...(typeof message === "string" && { message: message.slice(0, LONGEST_MESSAGE) }),
    ...(isNumber(itemsFound) && { itemsFound: Math.round(itemsFound) }),
    itemsDeleted: whole(report["itemsDeleted"]),
    itemsInFlight: whole(report["itemsInFlight"]),
    unprocessedRetries: whole(report["unprocessedRetries"]),
    throttledRequests: whole(report["throttledRequests"]),
    consumedReadUnits: units(report["consumedReadUnits"]),
    consumedWriteUnits: units(report["consumedWriteUnits"]),
    durationMs: whole(report["durationMs"]),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? value as Record<string, unknown>
      : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
}

function whole(value: unknown): number {
  return isNumber(value) ? Math.round(value) : 0;
}

/** DynamoDB charges in halves; sums of them need no more digits. */
function units(value: unknown): number {
  return isNumber(value) ? Math.round(value * 1000) / 1000 : 0;
}
