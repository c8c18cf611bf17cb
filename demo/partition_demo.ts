import { ddbctlDpJobNames } from "../crds/names.ts";
import { PARTITION } from "../crds/labels.ts";
import { noDynamoDbLocal, startDynamoDbLocal } from "../devcluster/dynamodb_local.ts";
import { startNodeAgent } from "../devcluster/node_agent/agent.ts";
import { operatorImage } from "../devcluster/node_agent/operator_image.ts";
import { standardErrorProgress } from "../devcluster/toolchain/progress.ts";
import { until } from "../devcluster/until.ts";
import type { Demo, DemoCluster, DemoContext } from "./demo.ts";
import { stopwatch } from "./elapsed.ts";
import type { Kubectl } from "./kubectl.ts";
import { IN_NAMESPACE, NAMESPACE, TIMEOUT_SECONDS } from "./names.ts";
import { createTable, type DemoTable } from "./partition_table.ts";

const IMAGE = "dynamo-operator:demo";
const TABLE = "Orders";
const NAME = "delete-tenant-b";
const PARTITIONS = [
  { tenant: "tenant-a", before: 400 },
  { tenant: "tenant-b", before: 3000 },
  { tenant: "tenant-c", before: 250 },
];
const DELETED = "tenant-b";
/** Maximum deletion rate, low enough that the user sees the progress of the deletion in the status. */
const ITEMS_PER_SECOND = 200;

export const PARTITION_DEMO: Demo = {
  steps: 7,
  operatorFlags: [`--partition-job-image=${IMAGE}`],
  run,
};

async function run(cluster: DemoCluster, context: DemoContext): Promise<void> {
  const { steps, output } = context;
  const { kubectl, folder } = cluster;
  const { table, endpoint } = await prepare(cluster, context);

  await steps.begin(`A DdbctlDpJob deletes partition "${DELETED}"`);
  const file = `${folder}/${NAME}.yaml`;
  await Deno.writeTextFile(file, manifest(endpoint));
  output.commandOutput(manifest(endpoint));
  await kubectl.run(["apply", ...IN_NAMESPACE, "-f", file]);
  output.note(
    "The operator creates a Job, and requests the progress from its pod every ten seconds.",
  );
  await watchDeletion(kubectl);
  await kubectl.run(["get", "ddp,jobs,pods", ...IN_NAMESPACE]);

  await steps.begin("The other partitions are unchanged");
  const counts = await Promise.all(
    PARTITIONS.map(async (count) => ({ ...count, after: await table.count(count.tenant) })),
  );
  output.lines([
    row("PARTITION", "BEFORE", "AFTER"),
    ...counts.map(({ tenant, before, after }) => row(tenant, before, after)),
  ]);
  for (const { tenant, before, after } of counts) {
    if (after === (tenant === DELETED ? 0 : before)) continue;
    throw new Error(`Partition "${tenant}" has an unexpected number of items: ${after}`);
  }
  output.success(`"${DELETED}" is empty, and all items of the other partitions exist`);

  await steps.begin("The object is deleted");
  const since = stopwatch();
  const path = "--output=jsonpath={.metadata.uid}";
  const uid = await kubectl.read(["get", "ddp", NAME, ...IN_NAMESPACE, path]);
  await kubectl.run(["delete", "ddp", NAME, ...IN_NAMESPACE]);
  const children = ["jobs,pods,secrets", "-l", `${PARTITION.uidLabel}=${uid}`, ...IN_NAMESPACE];
  await kubectl.run(["wait", "--for=delete", ...children, "--timeout=60s"]);
  output.success(`Job, pod and Secret deleted ${since()} after the command`);
  await steps.end();
}

/** Runs the fourth step of the demo: creates and fills the table, and starts a node that runs pods. */
async function prepare(
  { kubectl, folder }: DemoCluster,
  { steps, output, cleanup }: DemoContext,
): Promise<{ table: DemoTable; endpoint: string }> {
  await steps.begin("A table with three partitions, and a node that runs pods");
  const problem = await noDynamoDbLocal();
  if (problem !== undefined) throw new Error(`Cannot start DynamoDB Local: ${problem}`);
  output.note(
    "DynamoDB Local is the program from Amazon. Pods run as processes on this machine.",
  );
  const since = stopwatch();
  const dynamoDb = await startDynamoDbLocal({ progress: standardErrorProgress("  ") });
  cleanup.use(dynamoDb);
  const table = await createTable(dynamoDb.endpoint, TABLE);
  await Promise.all(PARTITIONS.map(({ tenant, before }) => table.fill(tenant, before)));
  const path = "--output=jsonpath={.clusters[0].cluster.server}";
  const server = await kubectl.read(["config", "view", "--minify", path]);
  const images = { [IMAGE]: operatorImage() };
  const agent = await startNodeAgent({ cluster: { server, folder }, images });
  cleanup.use(agent);
  await agent.takeNamespace(NAMESPACE);
  output.success(`table "${TABLE}" at ${dynamoDb.endpoint}, node ${agent.name}, ${since()}`);
  output.lines([
    row("PARTITION", "ITEMS"),
    ...PARTITIONS.map(({ tenant, before }) => row(tenant, before)),
  ]);
  return { table, endpoint: dynamoDb.endpoint };
}

/** Prints the status of the deletion until it has succeeded. Throws if the deletion fails. */
async function watchDeletion(kubectl: Kubectl): Promise<void> {
  const target = [`ddp/${NAME}`, ...IN_NAMESPACE];
  await kubectl.read(["wait", "--for=jsonpath={.status.message}", ...target, "--timeout=60s"]);
  const columns = "--output=custom-columns=PHASE:.status.phase,MESSAGE:.status.message";
  let last = "";
  await kubectl.watchWhile(
    ["get", ...target, "--watch", columns],
    () =>
      until("the deletion to end", TIMEOUT_SECONDS * 1000, () => {
        if (last.startsWith("Failed")) throw new Error(`The deletion failed: ${last}`);
        return Promise.resolve(last.startsWith("Succeeded") ? true : undefined);
      }),
    (text) => last = text,
  );
}

function row(tenant: string, ...counts: (string | number)[]): string {
  return tenant.padEnd(12) + counts.map((count) => String(count).padStart(8)).join("");
}

function manifest(endpoint: string): string {
  return `apiVersion: ${ddbctlDpJobNames.apiVersion}
kind: ${ddbctlDpJobNames.kind}
metadata:
  name: ${NAME}
spec:
  itemsPerSecond: ${ITEMS_PER_SECOND}
  ddbCtlDpJob:
    tableName: ${TABLE}
    partitionValue: ${DELETED}
    endpointURL: ${endpoint}
`;
}
