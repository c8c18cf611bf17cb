import type { Cluster } from "../cluster.ts";
import { answers, startDynamoDbLocal } from "../dynamodb_local.ts";
import { readJson, writeJson } from "../instance/folder.ts";

/**
 * Starts DynamoDB Local for a control plane. Does nothing if DynamoDB Local is already running. DynamoDB Local stops
 * when the control plane stops.
 */
export async function dynamoDb(
  { folder, kubeconfig }: Pick<Cluster, "folder" | "kubeconfig">,
): Promise<void> {
  const file = `${folder}/dynamodb.json`;
  let endpoint = (await readJson<{ endpoint: string }>(file))?.endpoint;
  if (endpoint === undefined || !await answers(endpoint)) {
    ({ endpoint } = await startDynamoDbLocal({
      logFile: `${folder}/logs/dynamodb.log`,
      // DynamoDB Local stops when this file is removed. The file is removed when the control plane stops.
      livesWith: kubeconfig,
    }));
    await writeJson(file, { endpoint });
  }
  console.error(`DynamoDB Local is ready at ${endpoint}`);
}
