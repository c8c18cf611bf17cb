// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertRejects } from "@std/assert";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Patch } from "../../kube/client.ts";
import { ApiError } from "../../kube/errors.ts";
import { executionOf } from "../apply/testing/objects.ts";
import { graph } from "../testing/graph_builder.ts";
import { writeReplicas } from "./write_replicas.ts";

const CHANGE = { service: "W", from: 2, to: 5 };

/** Writes the replicas to a graph. The API server responds to the patch with an error, if one is given. */
async function write(error?: Error, signal = new AbortController().signal) {
  const patches: { body: unknown; fieldManager: string | undefined }[] = [];
  const stored: DynamoGraphDeployment[] = [];
  const execution = executionOf();
  const object = graph().withWorker("W", { replicas: 2 }).build();
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
  };
  const store = { write: (graph: DynamoGraphDeployment) => void stored.push(graph) };
  const written = await writeReplicas(object, CHANGE, execution, { client, store, signal });
  return { written, execution, patches, stored };
}

Deno.test("the patch changes only the replicas, and fails if the graph has changed", async () => {
  const { written, execution, patches, stored } = await write();
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
    const { written, execution } = await write(errorOf(status));
    assertEquals([written, execution.errors], [undefined, []]);
  }
});

Deno.test("a refusal is an error for the status", async () => {
  const { written, execution } = await write(errorOf(403));
  assertEquals([written, execution.errors.length], [false, 1]);
});

Deno.test("an aborted write throws", async () => {
  const reason = new Error("stopped");
  await assertRejects(() => write(reason, AbortSignal.abort(reason)), Error, "stopped");
});

function errorOf(status: number): ApiError {
  const reason = { 403: "Forbidden", 404: "NotFound", 409: "Conflict" }[status] ?? "";
  const request = { verb: "patch", method: "PATCH", path: "/apis/nvidia.com/v1alpha1/x" };
  return new ApiError({ status, reason, message: "refused", request });
}
