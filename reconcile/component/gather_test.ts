// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import { completed } from "../apply/decide.ts";
import { storedKinds } from "../apply/stored_kinds.ts";
import { serviceOf } from "../dynamo/service_input.ts";
import { createInformerSet } from "../engine/informer_set.ts";
import { createFakeCluster } from "../engine/testing/fake_cluster.ts";
import { watchKinds } from "../engine/watched_kinds.ts";
import { graphComponent, soloComponent } from "../testing/components.ts";
import { lwsObserved, MULTINODE, READY, runningLws } from "../testing/leader_worker_sets.ts";
import { platformConfig } from "../testing/platform_config.ts";
import { deployment } from "../workload/deployment.ts";
import { lws } from "../workload/lws.ts";
import { componentKinds } from "./children.ts";
import { type ComponentKinds, gatherComponent, graphNameOf, graphOf } from "./gather.ts";
import { createObservationRecord } from "./unobserved.ts";

Deno.test("the graph of a component is the one that controls it", () => {
  assertEquals(graphOf(graphComponent({}))?.name, "demo");
  assertEquals(graphOf(soloComponent({})), undefined);
});

Deno.test("a component whose graph was deleted with --cascade=orphan keeps the name of the graph", () => {
  assertEquals(graphNameOf(graphComponent({})), "demo");
  for (const mark of ["nvidia.com/plan-hash", "nvidia.com/last-applied-hash"]) {
    const orphan = { ownerReferences: [], annotations: { [mark]: "x" } };
    assertEquals(graphNameOf(graphComponent({}, orphan)), "demo");
  }
  const labels = { "nvidia.com/dynamo-graph-deployment-name": "other" };
  assertEquals(graphNameOf(soloComponent({}, { labels })), "");
});

Deno.test("a component that a user creates with the labels of a graph is standalone", () => {
  assertEquals(graphNameOf(graphComponent({}, { ownerReferences: [] })), "");
});

Deno.test("after a change of its spec, the status of a LeaderWorkerSet is old until it changes", () => {
  const component = soloComponent(MULTINODE);
  const kinds = watchKinds(
    createInformerSet(createFakeCluster([])),
    componentKinds(platformConfig()),
  ) as ComponentKinds;
  const isBehind = createObservationRecord({ now: () => 0 });
  let version = 0;
  const stores = storedKinds(kinds.written);
  const unobserved = (...objects: KubeObject[]) => {
    for (const object of objects) {
      const metadata = { ...object.metadata, resourceVersion: `${++version}` };
      stores(object).store.write({ ...object, metadata });
    }
    return [...gatherComponent(component, kinds, isBehind).unobserved ?? []];
  };
  const [set, other] = [lws, deployment].map((workload) => {
    const [planned] = workload.plan(serviceOf(component, ""), platformConfig(), lwsObserved());
    if (!planned) throw new Error("The plan is empty");
    const live = completed({ parent: component, planned, live: undefined });
    return workload === lws ? runningLws(planned, component) : live;
  });
  if (!set || !other) throw new Error("An object is missing");
  assertEquals(unobserved(set, other), []);
  const changed = { ...set, metadata: { ...set.metadata, generation: 2 } };
  const changedOther = { ...other, metadata: { ...other.metadata, generation: 2 } };
  assertEquals(unobserved(changed, changedOther), ["uid-solo-0"]);
  const updating = { ...changed, status: { ...READY, updatedReplicas: 0 } };
  assertEquals(unobserved(updating), []);
});
