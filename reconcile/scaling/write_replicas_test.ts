// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Patch } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { REPAIRS_PER_FIELD } from "../apply/repair_pace.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { createFakeClock } from "../engine/testing/fake_clock.ts";
import { graph } from "../testing/graph_builder.ts";
import { adapterOf } from "../testing/scaling_adapter.ts";
import { createReplicaWriter } from "./write_replicas.ts";

const CHANGE = { service: "W", from: 2, to: 5 };

/**
 * Returns a function that writes the replicas of an adapter to its graph. Also returns the patches that the function
 * sends, the graphs that it stores, and its clock.
 */
function writer(error?: Error) {
  const patches: { body: unknown; fieldManager: string | undefined }[] = [];
  const stored: DynamoGraphDeployment[] = [];
  const clock = createFakeClock();
  const object = graph().withWorker("W", { replicas: 2 }).build();
  const managedFields = ["dynamo-operator-scaling", "stubborn"].map((manager) => ({
    manager,
    operation: "Update",
    fieldsV1: { "f:spec": { "f:services": { "f:W": { "f:replicas": {} } } } },
  }));
  const live = { ...object, metadata: { ...object.metadata, managedFields } };
  const client = {
    patch(
      _resource: unknown,
      _at: unknown,
      { body }: Patch,
      options: { fieldManager?: string } = {},
    ) {
      patches.push({ body, fieldManager: options.fieldManager });
      return error ? Promise.reject(error) : Promise.resolve(object as never);
    },
    list: () => Promise.resolve({ items: [live as never], resourceVersion: "1" }),
  };
  const store = { write: (graph: DynamoGraphDeployment) => void stored.push(graph) };
  const writeReplicas = createReplicaWriter({ client, store, clock });
  return {
    ...{ patches, stored, clock },
    async write({ generation = 1, signal = new AbortController().signal } = {}) {
      const execution = executionOf();
      const adapter = adapterOf(object, "W", 5, { metadata: { generation } });
      const change = { adapter, graph: object, change: CHANGE };
      return { written: await writeReplicas(change, execution, signal), execution };
    },
  };
}

Deno.test("the patch changes only the replicas, and fails if the graph has changed", async () => {
  const { write, patches, stored } = writer();
  const { written, execution } = await write();
  assertEquals(patches, [{
    body: {
      metadata: { uid: "uid-of-chat", resourceVersion: "1" },
      spec: { services: { W: { replicas: 5 } } },
    },
    fieldManager: "dynamo-operator-scaling",
  }]);
  assertEquals([written, execution.writes.length, stored.length], [true, 1, 1]);
});

Deno.test("a changed or deleted graph causes another reconciliation, without an error", async () => {
  for (const status of [404, 409]) {
    const { written, execution } = await writer(errorOf(status)).write();
    assertEquals([written, execution.errors], [undefined, []]);
  }
});

Deno.test("a refusal is an error for the status", async () => {
  const { written, execution } = await writer(errorOf(403)).write();
  assertEquals([written, execution.errors.length], [false, 1]);
});

Deno.test("an aborted write throws", async () => {
  const reason = new Error("stopped");
  const signal = AbortSignal.abort(reason);
  await assertRejects(() => writer(reason).write({ signal }), Error, "stopped");
});

Deno.test("if another client undoes each write, the operator writes once a minute and names the client", async () => {
  const { write, patches, clock } = writer();
  // The first write is not a repair, so the operator may send one more write than the limit for repairs allows.
  for (let times = 0; times <= REPAIRS_PER_FIELD; times++) await write();
  const { written, execution } = await write();
  assertEquals([written, patches.length], [false, REPAIRS_PER_FIELD + 1]);
  const [blocked] = execution.blocked;
  assertEquals([blocked?.reason, blocked?.retryMs], ["DriftFight", 60_000]);
  assertStringIncludes(blocked?.message ?? "", 'field manager "stubborn"');
  await clock.advance(60_000);
  assertEquals((await write()).written, true);
});

Deno.test("each change of an autoscaler is written at once", async () => {
  const { write } = writer();
  for (let generation = 1; generation < 100; generation++) {
    assertEquals((await write({ generation })).written, true);
  }
});

function errorOf(status: number): ApiError {
  const reason = { 403: "Forbidden", 404: "NotFound", 409: "Conflict" }[status] ?? "";
  const request = { verb: "patch", method: "PATCH", path: "/apis/nvidia.com/v1alpha1/x" };
  return new ApiError({ status, reason, message: "refused", request });
}
