// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { type CoreEvent, deployments, events } from "../kube/builtin.ts";
import { graphs } from "../reconcile/dynamo/resources.ts";
import { untilIdle } from "./support/operator_state.ts";
import { eventually } from "./support/eventually.ts";
import { frontend, graphOf, NEW_IMAGE, worker } from "./support/graphs.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";

const REPAIRS = 4;

Deno.test("the operator records each event once", { ignore: noCluster }, async () => {
  await using env = await startTestEnvironment({ serviceAccount: "events" });
  const kube = await env.createNamespace();
  const apply = (services: Parameters<typeof graphOf>[1]) =>
    kube.apply(graphs, graphOf("chat", services));
  const settled = () => kube.untilState("chat", "successful");

  await apply({ Frontend: frontend(), Worker: worker() });
  await settled();
  await apply({ Frontend: frontend(), Worker: worker({ replicas: 3 }, NEW_IMAGE) });
  await settled();
  for (let repair = 0; repair < REPAIRS; repair++) {
    await kube.edit(deployments, "chat-worker", { spec: { replicas: 1 } });
    await eventually(async () => {
      const { spec } = await kube.get(deployments, "chat-worker");
      assertEquals(spec?.replicas, 3);
    });
    await untilIdle(env.operator);
  }
  await settled();
  const mistake = worker({
    annotations: { "nvidia.com/deployment-rolling-update-max-surge": "x" },
  });
  await apply({ Frontend: frontend(), Worker: mistake });
  await kube.untilState("chat", "failed");
  await apply({ Frontend: frontend() });
  await settled();
  await untilIdle(env.operator);
  // The operator writes the counts of event series with a delay. When it stops, it writes all remaining counts.
  assertEquals(await env.operator.stop(), 0);

  const ours = (await kube.list(events)).filter(({ reportingController }) =>
    reportingController?.startsWith("dynamo")
  );
  assertEquals(ours.map(summary).sort(), [
    `Normal DriftRepaired chat-worker ${REPAIRS}: Repaired drift of Deployment "chat-worker": spec.replicas`,
    'Normal Pruned chat 1: Deleted DynamoComponentDeployment "chat-worker": no longer needed',
    "Normal Ready chat again and again: All resources are ready",
    "Warning ValidationFailed chat 1: Validation failed: " +
    "spec.services[Worker].annotations[nvidia.com/deployment-rolling-update-max-surge]: " +
    '"x" is neither a number of pods nor a percentage: use a value such as 1 or 25%',
  ]);
});

/** Returns an event as one line. The line of a Ready event omits the count, which depends on when repairs happen. */
function summary({ type, reason, regarding, series, note }: CoreEvent): string {
  const count = reason === "Ready" ? "again and again" : series?.count ?? 1;
  return `${type} ${reason} ${regarding?.name} ${count}: ${note}`;
}
