// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { graphManifest, graphPlace } from "./graph.ts";
import { generatedGraph, requestObject } from "./testing/objects.ts";

const generated = {
  ...generatedGraph(),
  metadata: { name: "chat", labels: { a: "1", team: "x" }, annotations: { note: "generated" } },
} as DynamoGraphDeployment;
const status = { generatedDeployment: { ...generated } };

Deno.test("a graph has the generated name, or that of the overrides, or the recorded one", () => {
  assertEquals(graphPlace(requestObject()), undefined);
  assertEquals(graphPlace({ ...requestObject(), status }), { name: "chat", namespace: "team" });
  const deploymentOverrides = { name: "other", namespace: "prod" };
  const request = { ...requestObject({ deploymentOverrides }), status };
  assertEquals(graphPlace(request), { name: "other", namespace: "prod" });
  const deployment = { name: "first", namespace: "team", created: true };
  assertEquals(graphPlace({ ...request, status: { ...status, deployment } }), {
    name: "first",
    namespace: "team",
  });
});

Deno.test("overrides win over the labels of the operator, which win over generated ones", () => {
  const labels = { team: "y", "nvidia.com/managed-by": "me" };
  const deploymentOverrides = { labels, annotations: { note: "mine" } };
  const request = requestObject({ deploymentOverrides });
  const { metadata } = graphManifest(request, generated, { name: "chat", namespace: "team" });
  assertEquals(metadata, {
    name: "chat",
    namespace: "team",
    labels: {
      a: "1",
      team: "y",
      "dgdr.nvidia.com/name": "sla",
      "dgdr.nvidia.com/namespace": "team",
      "nvidia.com/managed-by": "me",
    },
    annotations: { note: "mine" },
  });
});
