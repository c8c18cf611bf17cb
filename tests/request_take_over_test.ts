/** Tests that the operator takes over a request of the Go operator when the Go operator's marker Lease expires. */
// @ts-types="../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { FINALIZER } from "../crds/labels.ts";
import { writesOf } from "../devcluster/audit_entry.ts";
import { microTime } from "../kube/clock.ts";
import { graphs, requests } from "../reconcile/dynamo/resources.ts";
import { createMarkerLease, renewMarkerLease } from "./support/marker_lease.ts";
import {
  createNamespacePair,
  graphWithoutPods,
  untilOperatorActsIn,
} from "./support/namespace_pair.ts";
import { untilIdle } from "./support/operator_state.ts";
import { addProfilingRole, requestOf, untilRequest } from "./support/requests.ts";
import { noCluster } from "./support/shared_cluster.ts";
import { startTestEnvironment } from "./support/test_environment.ts";
import { SHORT_HANDOVER_FLAGS } from "./support/test_operator.ts";

Deno.test(
  "a request of the Go operator continues after the marker Lease of its namespace has expired",
  {
    ignore: noCluster,
  },
  async () => {
    await using env = await startTestEnvironment({
      serviceAccount: "requests-after-go",
      flags: SHORT_HANDOVER_FLAGS,
    });
    const { cluster, client, operator } = env;
    await addProfilingRole(client);
    await using pair = await createNamespacePair(client);
    const { own: kube, other: elsewhere } = pair;
    const { namespace } = kube;
    await createMarkerLease(client, namespace, {
      holderIdentity: "namespace-restricted-operator-0.8.0",
      leaseDurationSeconds: 3,
      acquireTime: microTime(Date.now()),
    } as never);
    await using upstream = renewMarkerLease(client, namespace);

    // The Go operator leaves such a request in state `Deploying`, because it waits for a graph state that does not
    // exist.
    const { metadata, ...request } = requestOf("sla");
    const stored = await kube.apply(requests, {
      ...request,
      metadata: { ...metadata, finalizers: [FINALIZER] },
    });
    const graph = graphWithoutPods("chat");
    await kube.apply(graphs, graph);
    const deployment = { name: "chat", namespace, state: "pending", created: true };
    const generatedDeployment = { ...graph, metadata: { name: "chat" } };
    const status = { observedGeneration: 1, state: "Deploying", deployment, generatedDeployment };
    await client.patchStatus(requests, stored, { ...status, backend: "vllm", conditions: [] });

    await untilOperatorActsIn(elsewhere, "one");
    const held = await kube.get(requests, "sla");
    assertEquals([held.status?.state, held.metadata.finalizers], ["Deploying", [FINALIZER]]);
    await upstream.stop();
    const ready = await untilRequest(kube, "sla", "Ready");
    assertEquals([ready.metadata.finalizers, ready.status?.deployment?.state], [
      undefined,
      "successful",
    ]);

    await untilIdle(operator);
    const mark = await cluster.audit.mark();
    await untilIdle(operator);
    const writes = writesOf(operator.user, await cluster.audit.entries(mark))
      .filter((entry) => entry.namespace === namespace);
    assertEquals(writes.map(({ uri }) => uri), []);
  },
);
