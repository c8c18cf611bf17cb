import type { Clock } from "../../kube/clock.ts";
import { startDeadline } from "../../kube/deadline.ts";
import { parseJsonObject } from "../../kube/json.ts";
import {
  type DeletionReport,
  OUTCOMES,
  PHASES,
  PROGRESS_PATH,
  PROGRESS_PORT,
} from "../../partition/report.ts";
import type { PartitionPod } from "./pod.ts";

/**
 * Reports of running pods, which the operator requests over HTTP at intervals. `attempts.ts` converts a report to an
 * attempt, `totals.ts` sums up the attempts, and `status.ts` adds the attempts and the sums to the status. The final
 * report of a pod is in its termination message (`pod.ts`).
 */
export interface Progress {
  /**
   * Returns the last report of a pod. Sends the next request in the background when it is due, so that an unresponsive
   * pod does not delay the reconciliation.
   */
  read(pod: PartitionPod, signal: AbortSignal): DeletionReport | undefined;
  /** Returns the time in milliseconds until {@linkcode read} has a new report or sends its next request. */
  nextReadMs(pod: PartitionPod): number;
  /** Drops the report of a deleted pod. */
  forget(pod: PartitionPod): void;
}

/** Minimum interval between two requests to one pod, in milliseconds. */
const REQUEST_INTERVAL_MS = 10_000;
/** Delay before the first request, in milliseconds. In this time, the pod starts its server. */
const FIRST_REQUEST_MS = 2_000;
/**
 * Minimum delay until the next read, in milliseconds. Most pods respond in this time. The delay also limits the
 * reconciliation rate.
 */
const MIN_DELAY_MS = 1_000;
const REQUEST_TIMEOUT_MS = 2_000;
const MAX_LENGTH = 65_536;

interface PodProgress {
  dueMs: number;
  requesting: boolean;
  report?: DeletionReport | undefined;
}

/** @param get returns the text at a URL; after an error, the operator keeps the last report of the pod */
export function createProgress(clock: Clock, get: typeof fetchText): Progress {
  const pods = new Map<string, PodProgress>();

  function entryOf({ metadata: { uid = "" } }: PartitionPod): PodProgress {
    const entry = pods.get(uid) ?? { dueMs: clock.now() + FIRST_REQUEST_MS, requesting: false };
    pods.set(uid, entry);
    return entry;
  }

  /** Sends a request to a pod and stores the report. Never rejects. */
  async function request(entry: PodProgress, ip: string, signal: AbortSignal) {
    entry.requesting = true;
    const host = ip.includes(":") ? `[${ip}]` : ip;
    const url = `http://${host}:${PROGRESS_PORT}${PROGRESS_PATH}`;
    using deadline = startDeadline(clock, REQUEST_TIMEOUT_MS, signal);
    try {
      entry.report = readReport(await get(url, deadline.signal)) ?? entry.report;
    } catch {
      // Failures are normal while the pod starts or stops, or if a network policy blocks the request. The final report
      // is not lost, because the termination message contains it.
    } finally {
      entry.requesting = false;
    }
  }

  return {
    read(pod, signal) {
      const entry = entryOf(pod);
      if (clock.now() >= entry.dueMs && !entry.requesting) {
        entry.dueMs = clock.now() + REQUEST_INTERVAL_MS;
        if (pod.ip) request(entry, pod.ip, signal);
      }
      return entry.report;
    },
    nextReadMs(pod) {
      const { requesting, dueMs } = entryOf(pod);
      return requesting ? MIN_DELAY_MS : Math.max(MIN_DELAY_MS, dueMs - clock.now());
    },
    forget: ({ metadata: { uid = "" } }) => void pods.delete(uid),
  };
}

/**
 * Returns the text at a URL inside the cluster. Throws for an error response, and if the text is too long to be a
 * report.
 */
export async function fetchText(url: string, signal: AbortSignal): Promise<string> {
  const response = await fetch(url, { redirect: "error", signal });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    throw new Error(`Cannot get "${url}": status ${response.status}`);
  }
  let text = "";
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    if (text.length > MAX_LENGTH) throw new Error(`Cannot read "${url}": the response is too long`);
  }
  return text;
}

const MAX_MESSAGE_LENGTH = 1024;

/**
 * Parses the report of a pod. Returns undefined if the text is not a report, such as a truncated text or the last lines
 * of a log. The text is untrusted, so the result contains only values that the schema of the status allows.
 */
export function readReport(text: string): DeletionReport | undefined {
  const report = parseJsonObject(text);
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

/** Returns a value rounded to `decimals` places; undefined if it is not a number, is negative or is too large. */
function figure(value: unknown, decimals = 0): number | undefined {
  if (typeof value !== "number" || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return;
  return Math.round(value * 10 ** decimals) / 10 ** decimals;
}
