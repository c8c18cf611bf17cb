// @ts-types="../../types/std/assert.d.ts"
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { pods, type Secret, secrets } from "../../kube/builtin.ts";
import { partitionJobs } from "../../reconcile/dynamo/resources.ts";
import { conditionOf } from "../support/conditions.ts";
import {
  createTable,
  dynamoDbEndpoint,
  keySchema,
  noDynamoDb,
  numbered,
} from "../support/dynamodb.ts";
import { noCluster } from "../support/shared_cluster.ts";
import { operatorImage } from "../../devcluster/node_agent/operator_image.ts";
import { podOf, untilReported } from "./support/partition_pods.ts";
import { startPartitionEnvironment } from "./support/partition_environment.ts";

const ignore = noCluster || noDynamoDb;
const SAMPLE = new URL("../../examples/ddbctldpjob.yaml", import.meta.url);

Deno.test(
  "a partition job deletes exactly one partition of a table",
  { ignore },
  async (test) => {
    await using env = await startPartitionEnvironment("partition-real", operatorImage());
    await using _operator = await env.startOperator();
    const kube = await env.createNamespace();
    const table = await createTable(keySchema());
    const endpoint = { tableName: table.name, endpointURL: dynamoDbEndpoint };
    const fill = (value: string, count: number) => table.put(numbered(count, { S: value }));
    const left = (value: string) => table.count({ S: value });
    await fill("others", 60);

    await test.step("the example empties its partition, and kubectl shows the result", async () => {
      await fill("partition-key-value", 130);
      const sample = (await Deno.readTextFile(SAMPLE))
        .replace(/endpointURL: .*/, `endpointURL: ${dynamoDbEndpoint}`)
        .replace(/tableName: .*/, `tableName: ${table.name}`);
      await env.cluster.kubectl(["apply", "-n", kube.namespace, "-f", "-"], sample);
      await env.cluster.kubectl([
        ...["wait", "-n", kube.namespace, "--for=condition=Complete", "--timeout=60s"],
        "ddp/ddbctldpjob-sample",
      ]);
      assertEquals([await left("partition-key-value"), await left("others")], [0, 60]);
      const output = await env.cluster.kubectl(["get", "ddp", "-n", kube.namespace]);
      assertStringIncludes(
        output.replaceAll(/ +/g, " "),
        `ddbctldpjob-sample ${table.name} Succeeded 130`,
      );
    });

    await test.step("a dry run counts the items and deletes none", async () => {
      await fill("dry", 40);
      await kube.job("dry", { ...endpoint, partitionValue: "dry", dryRun: true });
      const { status } = await kube.untilPhase("dry", "Succeeded");
      assertEquals([status?.itemsFound, status?.itemsDeleted], [40, 0]);
      assertEquals(await left("dry"), 40);
    });

    await test.step("a partition with more items than maxItems is not changed", async () => {
      await kube.job("many", { ...endpoint, partitionValue: "dry", maxItems: 39 });
      const object = await kube.untilPhase("many", "Failed");
      assertEquals(conditionOf(object, "Failed")?.reason, "TooManyItems");
      assertEquals([object.status?.attempts?.length, await left("dry")], [1, 40]);
    });

    await test.step("a missing table is not retried", async () => {
      await kube.job("none", { ...endpoint, tableName: "no-such-table", partitionValue: "x" });
      const object = await kube.untilPhase("none", "Failed");
      assertEquals(conditionOf(object, "Failed")?.reason, "TableNotFound");
      assertEquals(object.status?.attempts?.length, 1);
    });

    await test.step("a denied request is not retried", async () => {
      await using denying = denyingServer();
      await kube.job("denied", { ...endpoint, endpointURL: denying.url, partitionValue: "x" });
      const object = await kube.untilPhase("denied", "Failed");
      assertEquals(conditionOf(object, "Failed")?.reason, "AccessDenied");
      assertEquals(object.status?.attempts?.length, 1);
    });

    await test.step("requests are signed with the keys of the Secret that the spec names", async () => {
      await using denying = denyingServer();
      const keys: Secret = {
        apiVersion: "v1",
        kind: "Secret",
        metadata: { name: "aws" },
        stringData: { AWS_ACCESS_KEY_ID: "AKIAOFTHESECRET", AWS_SECRET_ACCESS_KEY: "secret" },
      };
      await kube.apply(secrets, keys);
      await kube.job("signed", {
        ...endpoint,
        endpointURL: denying.url,
        partitionValue: "x",
        credentials: { secretName: "aws" },
      });
      await kube.untilPhase("signed", "Failed");
      const [signed = ""] = denying.authorizations;
      assertStringIncludes(signed, "Credential=AKIAOFTHESECRET/");
    });

    await test.step("a partition job that is suspended and resumed in the middle deletes every item once", async () => {
      await fill("paused", 400);
      await kube.job("paused", { ...endpoint, partitionValue: "paused", itemsPerSecond: 200 });
      const pod = await podOf(kube, "paused", "Running");
      const half = untilReported(env.agent, kube.namespace, pod, (r) => r.itemsDeleted >= 100);
      await half;
      await kube.edit(partitionJobs, "paused", { spec: { suspend: true } });
      const { status } = await kube.untilPhase("paused", "Suspended");
      const rest = await left("paused");
      assertEquals([rest > 0, status?.itemsDeleted], [true, 400 - rest]);
      await kube.edit(partitionJobs, "paused", { spec: { suspend: false } });
      const ended = await kube.untilPhase("paused", "Succeeded");
      assertEquals([ended.status?.itemsFound, ended.status?.itemsDeleted], [400, 400]);
      assertEquals(await left("paused"), 0);
    });

    await test.step("a partition job that is deleted in the middle deletes no more items", async () => {
      await fill("stopped", 400);
      await kube.job("stopped", { ...endpoint, partitionValue: "stopped", itemsPerSecond: 100 });
      const pod = await podOf(kube, "stopped", "Running");
      await untilReported(env.agent, kube.namespace, pod, (r) => r.itemsDeleted >= 50);
      await kube.delete(partitionJobs, "stopped");
      await kube.untilGone(pods, pod);
      const rest = await left("stopped");
      assert(rest > 100, `${rest} items are left`);
    });

    assertEquals(await left("others"), 60);
  },
);

/** Starts a server that denies each request with DynamoDB's error, and records the Authorization headers. */
function denyingServer(): AsyncDisposable & { url: string; authorizations: string[] } {
  const authorizations: string[] = [];
  const body = {
    __type: "com.amazon.coral.service#AccessDeniedException",
    message: "User is not authorized to perform dynamodb:DescribeTable",
  };
  const headers = { "content-type": "application/x-amz-json-1.0" };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    authorizations.push(request.headers.get("authorization") ?? "");
    await request.body?.cancel();
    return new Response(JSON.stringify(body), { status: 400, headers });
  });
  return {
    authorizations,
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
