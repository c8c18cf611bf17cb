import type { Cluster } from "../cluster.ts";
import { answers, startDynamoDbLocal } from "../dynamodb_local.ts";
import { readJson, writeJson } from "../instance/folder.ts";

interface DynamoDbRecord {
  endpoint: string;
}

/** DynamoDB Local beside the control plane; it ends with it. */
export async function dynamoDb(
  { folder, kubeconfig }: Pick<Cluster, "folder" | "kubeconfig">,
): Promise<void> {
  const file = `${folder}/dynamodb.json`;
  const running = await readJson<DynamoDbRecord>(file);
  if (running && await answers(running.endpoint)) return tell(running);
  const { endpoint } = await startDynamoDbLocal({
    logFile: `${folder}/logs/dynamodb.log`,
    // The last thing of an instance that goes is its folder.
    livesWith: kubeconfig,
  });
  await writeJson(file, { endpoint } satisfies DynamoDbRecord);
  tell({ endpoint });
}

function tell({ endpoint }: DynamoDbRecord) {
  console.error(`DynamoDB Local answers at ${endpoint}`);
}
