import type { Clock } from "../../kube/clock.ts";
import { type DeletionReport, PROGRESS_PATH, PROGRESS_PORT } from "../../partition/report.ts";
import type { PartitionPod } from "./pod.ts";
import { readReport } from "./read_report.ts";

export interface ProgressOptions {
  clock: Clock;
  /** Returns the text at a URL; whatever it throws means that there is no progress to be had. */
  fetchText(url: string, signal: AbortSignal): Promise<string>;
}

/** What running pods say of themselves, asked for now and then. */
export interface Progress {
  /** The last that a pod said, asked anew if that is due; an unreachable pod says nothing. */
  look(pod: PartitionPod, signal: AbortSignal): Promise<DeletionReport | undefined>;
  /** When the pod may be asked again, in milliseconds from now. */
  nextLookMs(pod: PartitionPod): number;
  /** Forgets a pod that is gone. */
  forget(pod: PartitionPod): void;
}

/** How often a pod is asked at most. */
export const LOOK_EVERY_MS = 10_000;
/** How long a pod has to get ready for the first question. */
const FIRST_LOOK_MS = 2_000;
/** Whoever comes back at this pace at most makes no busy loop, whatever else is wrong. */
const LEAST_WAIT_MS = 1_000;

interface Known {
  dueMs: number;
  report?: DeletionReport | undefined;
}

export function createProgress({ clock, fetchText }: ProgressOptions): Progress {
  const pods = new Map<string, Known>();

  function known({ metadata: { uid = "" } }: PartitionPod): Known {
    let entry = pods.get(uid);
    if (!entry) pods.set(uid, entry = { dueMs: clock.now() + FIRST_LOOK_MS });
    return entry;
  }

  return {
    async look(pod, signal) {
      const entry = known(pod);
      if (clock.now() < entry.dueMs) return entry.report;
      entry.dueMs = clock.now() + LOOK_EVERY_MS;
      if (pod.ip) entry.report = await ask(progressUrl(pod.ip), signal) ?? entry.report;
      return entry.report;
    },
    nextLookMs: (pod) => Math.max(LEAST_WAIT_MS, known(pod).dueMs - clock.now()),
    forget: ({ metadata: { uid = "" } }) => void pods.delete(uid),
  };

  async function ask(url: string, signal: AbortSignal): Promise<DeletionReport | undefined> {
    try {
      return readReport(await fetchText(url, signal));
    } catch {
      // It starts, it stops, or a network policy is in the way: the end is told in another way.
      return undefined;
    }
  }
}

function progressUrl(ip: string): string {
  return `http://${ip.includes(":") ? `[${ip}]` : ip}:${PROGRESS_PORT}${PROGRESS_PATH}`;
}
