import {
  BatchWriteItemCommand,
  DescribeTableCommand,
  DynamoDBClient,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import type { Connection, Env } from "./connection.ts";
import { credentialProvider, credentialSource } from "./credentials.ts";
import type { DynamoDb } from "./dynamodb.ts";
import { sdkDefaults } from "./sdk_defaults.ts";

export interface ClientOptions {
  connection: Connection;
  env: Env;
  /** Such as `dynamo-operator/0.1.0`. */
  userAgent: string;
}

/**
 * DynamoDB by the SDK, which makes one attempt for each call: who repeats is `retry.ts`. The SDK keeps credentials
 * until five minutes before they expire. What was consumed is asked for where it is billed: DynamoDB Local needs a third
 * longer to delete when it must tell, and charges nobody.
 *
 * @throws {DeletionFailure} CredentialsMissing if no source of credentials is set up
 */
export function createDynamoDb({ connection, env, userAgent }: ClientOptions): DynamoDb {
  const { region, endpoint, aws, fips, dualStack } = connection;
  const source = credentialSource(connection, env);
  const client = new DynamoDBClient({
    ...sdkDefaults(userAgent),
    region,
    ...(endpoint !== undefined && { endpoint }),
    credentials: credentialProvider(source, connection, userAgent, env),
    maxAttempts: 1,
    useFipsEndpoint: fips,
    useDualstackEndpoint: dualStack,
    // Hosts named after the account would not be what network policies and VPC endpoints let through.
    accountIdEndpointMode: "disabled",
    endpointDiscoveryEnabled: false,
  });
  const ReturnConsumedCapacity = aws ? "TOTAL" : "NONE";
  let refreshing: Promise<unknown> | undefined;
  return {
    async describeTable(input, abortSignal) {
      const answer = await client.send(new DescribeTableCommand(input), { abortSignal });
      return complete(answer, answer.Table);
    },
    async query(input, abortSignal) {
      const command = new QueryCommand({ ...input, ReturnConsumedCapacity });
      const answer = await client.send(command, { abortSignal });
      return complete(answer, answer.Count);
    },
    async batchWriteItem(input, abortSignal) {
      const command = new BatchWriteItemCommand({ ...input, ReturnConsumedCapacity });
      const answer = await client.send(command, { abortSignal });
      return complete(answer, answer.UnprocessedItems);
    },
    async refreshCredentials() {
      // Requests in flight together find out together; one look is enough for all.
      refreshing ??= client.config.credentials({ forceRefresh: true })
        .finally(() => refreshing = undefined);
      await refreshing;
    },
  };
}

/**
 * An answer in which DynamoDB's own words are missing is none: taken as it is, an empty body would mean that there are
 * no items, or that all are deleted.
 */
function complete<T>(answer: T, part: unknown): T {
  if (part !== undefined) return answer;
  throw Object.assign(new Error("The answer does not hold what DynamoDB's always does"), {
    name: "IncompleteAnswer",
  });
}
