// @ts-types="../types/std/assert.d.ts"
import { assertEquals, assertStringIncludes } from "@std/assert";
import { requestKind, writesOf } from "../devcluster/audit_entry.ts";
import { type CrdManifest, crdManifests } from "../crds/emit/manifests.ts";
import { startCluster } from "../devcluster/start_cluster.ts";
import { components, graphs } from "../reconcile/dynamo/resources.ts";
import { untilCondition, untilNoCondition } from "./support/conditions.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf } from "./support/graphs.ts";
import { installManifests } from "./support/installation.ts";
import { untilIdle } from "./support/operator_state.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { startTestOperator } from "./support/test_operator.ts";

Deno.test("with CRDs of the Go operator graphs become ready, and conditions ask for an upgrade", {
  ignore: noCluster,
}, async () => {
  await using cluster = await startCluster();
  await installManifests(cluster, crdManifests().map(withoutObservedGeneration));
  await using env = await startTestEnvironment({ serviceAccount: "outdated", cluster });
  const kube = await env.createNamespace();
  await kube.apply(graphs, graphOf("chat", { Frontend: frontend() }));
  await eventually(async () =>
    assertEquals((await kube.get(graphs, "chat")).status?.state, "successful")
  );
  const condition = { type: "CrdOutdated", status: "True" };
  await untilCondition(kube, { kind: graphs, name: "chat", ...condition }, "upgrade the CRDs");
  const name = "chat-frontend";
  await untilCondition(kube, { kind: components, name, ...condition }, "upgrade the CRDs");
  const { text } = await env.operator.readiness();
  assertStringIncludes(text, "crd/dynamographdeployments.nvidia.com ok: the API server does not");

  await untilIdle(env.operator);
  const mark = await cluster.audit.mark();
  await kube.edit(components, name, { metadata: { annotations: { "example.com/a": "b" } } });
  await kube.edit(graphs, "chat", { metadata: { annotations: { "example.com/a": "b" } } });
  await untilIdle(env.operator);
  const writes = writesOf(env.operator.user, await cluster.audit.entries(mark));
  assertEquals(writes.map(requestKind), []);

  // The condition and /readyz name a command that upgrades the CRDs.
  const command = /"dynamo-operator (crds) \| kubectl (apply .*?)"/.exec(text) ?? [];
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "main.ts", command[1] ?? ""],
    cwd: new URL("../", import.meta.url),
  }).output();
  await cluster.kubectl((command[2] ?? "").split(" "), new TextDecoder().decode(stdout));
  await env.operator.stop();
  await using _restarted = await startTestOperator(cluster, { serviceAccount: "outdated" });
  await untilNoCondition(kube, graphs, "chat", "CrdOutdated");
  await untilNoCondition(kube, components, name, "CrdOutdated");
});

/** Returns a CRD whose status lacks `observedGeneration`, as in version 0.8 of the Go operator. */
function withoutObservedGeneration(manifest: CrdManifest): CrdManifest {
  const copy: CrdManifest = JSON.parse(JSON.stringify(manifest));
  for (const { schema } of copy.spec.versions) {
    const status = schema.openAPIV3Schema.properties?.["status"];
    if (!status) continue;
    delete status.properties?.["observedGeneration"];
    delete status.default;
    if (status.required) {
      status.required = status.required.filter((field) => field !== "observedGeneration");
    }
  }
  return copy;
}
