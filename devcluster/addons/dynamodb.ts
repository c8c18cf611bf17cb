import type { Cluster } from "../cluster.ts";
import { answers, startDynamoDbLocal } from "../dynamodb_local.ts";
import { readJson, writeJson } from "../instance/folder.ts";

/** Starts DynamoDB Local for a control plane, unless it is already running. It stops when the control plane stops. */
export async function dynamoDb(
  { folder, kubeconfig }: Pick<Cluster, "folder" | "kubeconfig">,
): Promise<void> {
  const file = `${folder}/dynamodb.json`;
  let endpoint = (await readJson<{ endpoint: string }>(file))?.endpoint;
  if (endpoint === undefined || !await answers(endpoint)) {
    ({ endpoint } = await startDynamoDbLocal({
      logFile: `${folder}/logs/dynamodb.log`,
      // The stop of the control plane removes its kubeconfig. DynamoDB Local stops when this file is removed.
      livesWith: kubeconfig,
    }));
    await writeJson(file, { endpoint });
  }
  console.error(`DynamoDB Local is ready at ${endpoint}`);
}
