// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Deployment, Pod } from "../../kube/builtin.ts";
import { deployments } from "../../kube/builtin.ts";
import type { Client } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { observedFrom } from "../apply/observed.ts";
import { soloComponent } from "../testing/components.ts";
import { deployment as workload } from "../workload/deployment.ts";
import { createPodReader } from "./pod_report.ts";
import type { ComponentView } from "./status.ts";

const SINCE = "2026-01-01T00:00:00Z";

/** Returns a component whose Deployment has created two pods, of which `available` are available. */
function view(available: number, status: "True" | "False" | undefined): ComponentView {
  const object = soloComponent({ replicas: 2 });
  const condition = { type: "Available", reason: "R", message: "", lastTransitionTime: SINCE };
  if (status) object.status = { conditions: [{ ...condition, status }] };
  const owner = { apiVersion: "nvidia.com/v1alpha1", kind: object.kind, name: "solo" };
  const live: Deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: {
      name: "solo",
      ownerReferences: [{ ...owner, uid: "uid-solo", controller: true }],
    },
    spec: { replicas: 2, selector: {}, template: {} },
    status: {
      replicas: 2,
      updatedReplicas: 2,
      availableReplicas: available,
      conditions: [{ type: "Available", status: "True" }],
    },
  };
  return {
    object,
    observed: observedFrom([live], "uid-solo"),
    plan: {
      planned: [{ resource: deployments, manifest: live, policy: "own" }],
      prune: [],
      problems: [],
      warnings: [],
      workload,
    },
    execution: { writes: [], errors: [], blocked: [], conflicts: [] },
    paused: false,
  };
}

/** Reads the pods some seconds after {@link SINCE}. Returns the report, and the lists that the reader requested. */
async function read(view: ComponentView, seconds: number, items: KubeObject[] | ApiError = []) {
  const lists: string[] = [];
  const client: Pick<Client, "pages"> = {
    async *pages({ plural }, { labelSelector, fieldSelector, limit } = {}) {
      lists.push(`${plural} ${labelSelector ?? fieldSelector} ${limit}`);
      if (items instanceof ApiError) throw items;
      const page = plural === "pods" ? items : [];
      yield await Promise.resolve({ items: page as never[], resourceVersion: "1" });
    },
  };
  const clock = { epochMs: () => Date.parse(SINCE) + seconds * 1000 };
  const report = await createPodReader({ client, clock })(view, new AbortController().signal);
  return { ...report, lists };
}

Deno.test("an available component causes no request, and is not polled", async () => {
  assertEquals(await read(view(2, "True"), 60), { causes: [], lists: [] });
});

Deno.test("pods that start within five seconds are not read", async () => {
  assertEquals(await read(view(1, undefined), 60), { causes: [], pollMs: 5000, lists: [] });
  assertEquals(await read(view(1, "True"), 60), { causes: [], pollMs: 5000, lists: [] });
  assertEquals(await read(view(1, "False"), 3), { causes: [], pollMs: 2000, lists: [] });
  assertEquals((await read(view(1, "False"), -3600)).pollMs, 5000);
});

Deno.test("pods of an unavailable component are read by their label, at increasing intervals", async () => {
  const lists = ["pods nvidia.com/selector=solo 50"];
  assertEquals(await read(view(1, "False"), 5), { causes: [], pollMs: 5000, lists });
  assertEquals(await read(view(1, "False"), 100), { causes: [], pollMs: 10_000, lists });
  assertEquals(await read(view(1, "False"), 9000), { causes: [], pollMs: 30_000, lists });
});

Deno.test("events are read only for a pod whose status lacks a cause", async () => {
  const pod: Pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "solo-1" } };
  const { lists } = await read(view(1, "False"), 5, [pod]);
  assertEquals(lists[1], "events type=Warning,regarding.kind=Pod,regarding.name=solo-1 50");
  const conditions = [{ type: "PodScheduled", status: "False", message: "no node" }];
  const explained = await read(view(1, "False"), 5, [{ ...pod, status: { conditions } } as Pod]);
  assertEquals(explained.lists.length, 1);
  assertEquals(explained.causes, ['pod "solo-1": cannot be scheduled: no node']);
});

Deno.test("a missing permission is reported, and after other errors the report lacks a cause", async () => {
  const refusal = (status: number) => {
    const request = { verb: "list", method: "GET", path: "/api/v1/pods" };
    return new ApiError({ status, reason: "", message: "", request });
  };
  const { causes } = await read(view(1, "False"), 5, refusal(403));
  assertEquals(causes, [
    "the cause is unknown, because the operator lacks permission to list pods and events: grant it",
  ]);
  assertEquals((await read(view(1, "False"), 5, refusal(500))).causes, []);
});
