// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type CoreEvent, type Pod, pods } from "../../kube/builtin.ts";
import { eventually } from "./eventually.ts";
import type { NamespaceClient } from "./namespace_client.ts";

/** Returns the pod of a graph's frontend as soon as it exists. */
export async function podOf(kube: NamespaceClient, graph: string): Promise<Pod> {
  return await eventually(async () => {
    const found = (await kube.list(pods)).find(({ metadata }) =>
      metadata.name.startsWith(`${graph}-frontend-`)
    );
    assertEquals(found !== undefined, true, `the pod of "${graph}" does not exist yet`);
    return found as Pod;
  });
}

/** Returns the event that a kubelet sends if a pod needs the Secret `models` and this Secret does not exist. */
export function mountEvent({ metadata: { name, namespace = "", uid = "" } }: Pod): CoreEvent {
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name: `${name}.mount`, namespace },
    eventTime: new Date().toISOString().replace("Z", "000Z"),
    reportingController: "kubelet",
    reportingInstance: "node-1",
    action: "Mounting",
    type: "Warning",
    reason: "FailedMount",
    note: 'secret "models" not found',
    regarding: { apiVersion: "v1", kind: "Pod", name, namespace, uid },
  };
}
