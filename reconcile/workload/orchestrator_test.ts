// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";
import { PlanError } from "../dynamo/problem.ts";
import { soloService } from "../testing/components.ts";
import { NONE_SERVED, type Orchestrator, orchestratorOf } from "./orchestrator.ts";
import { servedOrchestrators, workloadOf } from "./workloads.ts";

const LWS = new Set(["lws"] as const);
const BOTH = new Set(["grove", "lws"] as const);

for (
  const [name, nodes, served, expected] of [
    ["one node", 1, NONE_SERVED, "deployment"],
    ["several nodes", 2, NONE_SERVED, undefined],
    ["one node under LWS", 1, LWS, "deployment"],
    ["several nodes under LWS", 2, LWS, "lws"],
    ["one node under Grove and LWS", 1, BOTH, "deployment"],
    ["several nodes under Grove and LWS", 2, BOTH, "lws"],
  ] as const
) {
  Deno.test(`the orchestrator of a component: ${name}`, () => {
    const orchestrator: Orchestrator | undefined = orchestratorOf({ nodes }, served);
    assertEquals(orchestrator, expected);
  });
}

Deno.test("a component on several nodes requires an orchestrator for them", () => {
  assertEquals(workloadOf(soloService({}), NONE_SERVED).resource.kind, "Deployment");
  const service = soloService({ multinode: {} });
  const error = assertThrows(
    () => workloadOf(service, NONE_SERVED),
    PlanError,
    "no multinode orchestrator available",
  );
  assertEquals(error.field, "multinode.nodeCount");
});

Deno.test("an optional orchestrator counts as served if the kind of its workload is", () => {
  const resource = (plural: string) => ({ plural }) as Resource<KubeObject>;
  const lws = { optional: true, resource: resource("leaderworkersets") };
  const candidates = { deployment: { optional: false, resource: resource("deployments") }, lws };
  const served = (...plurals: string[]) =>
    servedOrchestrators(
      Object.fromEntries(plurals.map((plural) => [plural, { served: true }])),
      candidates,
    );
  assertEquals(served("deployments", "leaderworkersets"), LWS);
  assertEquals(served("deployments", "podgroups"), NONE_SERVED);
});
