// @ts-types="../../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { pods } from "../../../kube/builtin.ts";
import { eventually } from "../../support/eventually.ts";
import type { NamespaceClient } from "../../support/namespace_client.ts";
import type { NodeAgent } from "../../../devcluster/node_agent/agent.ts";
import type { DeletionReport } from "../../../partition/report.ts";
import { readReport } from "../../../reconcile/partition/progress.ts";

const POLL_MS = 5;
const DEADLINE_MS = 60_000;

/** Waits until a pod of a partition job has this phase and is not terminating, and returns the name of the pod. */
export async function podOf(kube: NamespaceClient, name: string, phase: string): Promise<string> {
  return await eventually(async () => {
    const found = (await kube.list(pods)).find(({ metadata, status }) =>
      metadata.name.startsWith(`${name}-job-`) && !metadata.deletionTimestamp &&
      status?.phase === phase
    );
    assert(found, `No pod of "${name}" is ${phase}`);
    return found.metadata.name;
  });
}

/** Resolves as soon as the report in the termination log of a running pod meets the condition. */
export async function untilReported(
  agent: NodeAgent,
  namespace: string,
  pod: string,
  condition: (report: DeletionReport) => boolean,
): Promise<void> {
  const giveUpAtMs = performance.now() + DEADLINE_MS;
  while (performance.now() < giveUpAtMs) {
    const report = readReport(await agent.lastWords(namespace, pod));
    if (report && (condition(report) || report.phase === "Ended")) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`Pod "${pod}" did not meet the condition:\n${await agent.log(namespace, pod)}`);
}
