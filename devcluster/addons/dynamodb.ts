import type { Cluster } from "../cluster.ts";
import { answers, startDynamoDbLocal } from "../dynamodb_local.ts";
import { readJson, writeJson } from "../instance/folder.ts";

/** Starts DynamoDB Local, unless it runs already. It ends with the control plane. */
export async function dynamoDb(
  { folder, kubeconfig }: Pick<Cluster, "folder" | "kubeconfig">,
): Promise<void> {
  const file = `${folder}/dynamodb.json`;
  let endpoint = (await readJson<{ endpoint: string }>(file))?.endpoint;
  if (endpoint === undefined || !await answers(endpoint)) {
    ({ endpoint } = await startDynamoDbLocal({
      logFile: `${folder}/logs/dynamodb.log`,
      // The end of a control plane removes this file.
      livesWith: kubeconfig,
    }));
    await writeJson(file, { endpoint });
  }
  console.error(`DynamoDB Local answers at ${endpoint}`);
}
