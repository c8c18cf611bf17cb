import { noDynamoDbLocal, startDynamoDbLocal } from "../../devcluster/dynamodb_local.ts";
import { startNodeAgent } from "../../devcluster/node_agent/agent.ts";
import { operatorImage } from "../../devcluster/node_agent/operator_image.ts";
import { ddbctlDpJobNames } from "../../crds/names.ts";
import { PARTITION } from "../../crds/partition_labels.ts";
import { buildProgress } from "../view/build_progress.ts";
import { NAMESPACE } from "../names.ts";
import type { Place } from "../place.ts";
import { remark, succeed } from "../stage.ts";
import { stopwatch } from "../stopwatch.ts";
import type { Story, StoryOptions } from "../story_options.ts";
import { countLines, type PartitionCount } from "./counts.ts";
import { createTable, type DemoTable } from "./table.ts";
import { watchDeletion } from "./watch_deletion.ts";

const IMAGE = "dynamo-operator:demo";
const TABLE = "Orders";
const NAME = "delete-tenant-b";
const PARTITIONS: readonly PartitionCount[] = [
  { tenant: "tenant-a", before: 400 },
  { tenant: "tenant-b", before: 3000 },
  { tenant: "tenant-c", before: 250 },
];
const DELETED = "tenant-b";
/** Slow enough for there to be progress to be seen. */
const ITEMS_PER_SECOND = 200;
const IN_NAMESPACE = ["-n", NAMESPACE];

/** The deletion of one of three partitions. */
export const PARTITION_STORY: Story = {
  steps: 7,
  operatorFlags: [`--partition-job-image=${IMAGE}`],
  tell,
};

async function tell({ access }: Place, options: StoryOptions): Promise<void> {
  const { steps, screen, deadlineMs, abort: { signal } } = options;
  const { kubectl, client, folder } = access;
  const { table, endpoint } = await prepare(folder, access.server, options);

  await steps.begin(`Partition "${DELETED}" is deleted by an object`);
  const file = `${folder}/${NAME}.yaml`;
  await Deno.writeTextFile(file, manifest(endpoint));
  screen.output(manifest(endpoint));
  await kubectl.run(["apply", ...IN_NAMESPACE, "-f", file], { signal });
  remark({ screen }, "The operator makes a Job, and asks its pod every ten seconds how far it is.");
  const { metadata: { uid = "" } } = await watchDeletion({
    client,
    name: NAME,
    screen,
    deadlineMs,
    signal,
  });
  await kubectl.run(["get", "ddp,jobs,pods", ...IN_NAMESPACE], { signal });

  await steps.begin("What is left");
  const counts = await Promise.all(
    PARTITIONS.map(async (count) => ({ ...count, after: await table.count(count.tenant) })),
  );
  countLines(counts).forEach(screen.line);
  const wrong = counts.find(({ tenant, before, after }) =>
    after !== (tenant === DELETED ? 0 : before)
  );
  if (wrong) throw new Error(`Partition "${wrong.tenant}" should not have ${wrong.after} items`);
  succeed({ screen }, `"${DELETED}" is empty, and no other item is missing`);

  await steps.begin("The object is deleted");
  const since = stopwatch();
  await kubectl.run(["delete", "ddp", NAME, ...IN_NAMESPACE], { signal });
  const itsOwn = ["jobs,pods,secrets", "-l", `${PARTITION.uidLabel}=${uid}`, ...IN_NAMESPACE];
  await kubectl.run(["wait", "--for=delete", ...itsOwn, "--timeout=60s"], { signal });
  succeed({ screen }, `Job, pod and Secret gone ${since()} after kubectl was called`);
  await steps.end();
}

/** The step that puts up what a partition job works on and runs on. */
async function prepare(
  folder: string,
  server: string,
  { steps, screen, cleanup }: StoryOptions,
): Promise<{ table: DemoTable; endpoint: string }> {
  await steps.begin("A table with three partitions, and a node that runs pods");
  const problem = await noDynamoDbLocal();
  if (problem !== undefined) throw new Error(`Cannot show this without DynamoDB Local: ${problem}`);
  remark(
    { screen },
    "DynamoDB Local is Amazon's own; the node's pods are processes of this machine.",
  );
  const since = stopwatch();
  const dynamoDb = await startDynamoDbLocal({ progress: buildProgress() });
  cleanup.use(dynamoDb);
  const table = await createTable(dynamoDb.endpoint, TABLE);
  await Promise.all(PARTITIONS.map(({ tenant, before }) => table.fill(tenant, before)));
  const images = { [IMAGE]: operatorImage() };
  const agent = await startNodeAgent({ cluster: { server, folder }, images });
  cleanup.use(agent);
  await agent.takeNamespace(NAMESPACE);
  succeed({ screen }, `table "${TABLE}" at ${dynamoDb.endpoint}, node ${agent.name}, ${since()}`);
  countLines(PARTITIONS).forEach(screen.line);
  return { table, endpoint: dynamoDb.endpoint };
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
