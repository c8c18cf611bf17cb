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
  /**
   * The last that a pod said. Asks it anew if that is due, beside all other work: a pod that does not answer holds up
   * nobody, and says nothing.
   */
  look(pod: PartitionPod, signal: AbortSignal): DeletionReport | undefined;
  /** When to look again, in milliseconds from now: for the answer that is under way, or to ask the next time. */
  nextLookMs(pod: PartitionPod): number;
  /** Forgets a pod that is gone. */
  forget(pod: PartitionPod): void;
}

/** How often a pod is asked at most. */
export const LOOK_EVERY_MS = 10_000;
/** How long a pod has to get ready for the first question. */
const FIRST_LOOK_MS = 2_000;
/** By then a pod that was asked has answered, as a rule. */
const ANSWER_MS = 1_000;
/** Whoever comes back at this pace at most makes no busy loop, whatever else is wrong. */
const LEAST_WAIT_MS = 1_000;

interface Known {
  dueMs: number;
  asking: boolean;
  report?: DeletionReport | undefined;
}

export function createProgress({ clock, fetchText }: ProgressOptions): Progress {
  const pods = new Map<string, Known>();

  function known({ metadata: { uid = "" } }: PartitionPod): Known {
    let entry = pods.get(uid);
    if (!entry) pods.set(uid, entry = { dueMs: clock.now() + FIRST_LOOK_MS, asking: false });
    return entry;
  }

  /** Never rejects. */
  async function ask(entry: Known, ip: string, signal: AbortSignal) {
    entry.asking = true;
    try {
      entry.report = readReport(await fetchText(progressUrl(ip), signal)) ?? entry.report;
    } catch {
      // It starts, it stops, or a network policy is in the way: the end is told in another way.
    } finally {
      entry.asking = false;
    }
  }

  return {
    look(pod, signal) {
      const entry = known(pod);
      if (clock.now() >= entry.dueMs && !entry.asking) {
        entry.dueMs = clock.now() + LOOK_EVERY_MS;
        if (pod.ip) ask(entry, pod.ip, signal);
      }
      return entry.report;
    },
    nextLookMs(pod) {
      const { asking, dueMs } = known(pod);
      return asking ? ANSWER_MS : Math.max(LEAST_WAIT_MS, dueMs - clock.now());
    },
    forget: ({ metadata: { uid = "" } }) => void pods.delete(uid),
  };
}

function progressUrl(ip: string): string {
  return `http://${ip.includes(":") ? `[${ip}]` : ip}:${PROGRESS_PORT}${PROGRESS_PATH}`;
}
