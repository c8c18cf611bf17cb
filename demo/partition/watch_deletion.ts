import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import type { Client } from "../../kube/client.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { NAMESPACE } from "../names.ts";
import { say } from "../view/line.ts";
import type { Screen } from "../view/screen.ts";
import { secondsText } from "../view/summary.ts";

const LOOK_EVERY_MS = 200;

export interface WatchOptions {
  client: Pick<Client, "get">;
  name: string;
  screen: Screen;
  deadlineMs: number;
  signal: AbortSignal;
}

/**
 * Prints what a partition job says of itself whenever that changes, until it is over.
 *
 * @throws if it fails, or is not over at the deadline
 */
export async function watchDeletion(options: WatchOptions): Promise<DdbctlDpJob> {
  const { client, name, screen, deadlineMs, signal } = options;
  const startedAtMs = performance.now();
  let shown = "";
  while (true) {
    signal.throwIfAborted();
    const object = await client.get(partitionJobs, { namespace: NAMESPACE, name }, { signal });
    const { phase = "Pending", message = "" } = object.status ?? {};
    const text = `${phase.padEnd(10)} ${message}`;
    const waitedMs = performance.now() - startedAtMs;
    if (text !== shown && message !== "") {
      const tone = phase === "Succeeded" ? "good" : "busy";
      screen.line([...say(`${secondsText(waitedMs).padStart(7)}  `, "dim"), { text, tone }]);
    }
    shown = text;
    if (phase === "Succeeded") return object;
    if (phase === "Failed") throw new Error(`The deletion failed: ${message}`);
    if (waitedMs > deadlineMs) {
      throw new Error(
        `Waited ${Math.round(deadlineMs / 1000)} s in vain for the deletion: ${text}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
}
