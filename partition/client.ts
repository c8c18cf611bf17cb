import {
  BatchWriteItemCommand,
  type BatchWriteItemInput,
  type BatchWriteItemOutput,
  DescribeTableCommand,
  type DescribeTableInput,
  type DescribeTableOutput,
  DynamoDBClient,
  QueryCommand,
  type QueryInput,
  type QueryOutput,
} from "@aws-sdk/client-dynamodb";
import type { Connection, Env } from "./connection.ts";
import { credentialProvider, credentialSource } from "./credentials.ts";
import { sdkDefaults } from "./sdk_defaults.ts";

/** Options of `createDynamoDb`. */
export interface ClientOptions {
  connection: Connection;
  env: Env;
  /** Value of the User-Agent header, such as `dynamo-operator/0.1.0`. */
  userAgent: string;
}

/**
 * Creates a DynamoDB client on top of the AWS SDK. The SDK makes one attempt per call; `retry.ts` retries. The SDK
 * caches credentials until five minutes before they expire. The client requests the consumed capacity from AWS only.
 * DynamoDB Local does not bill capacity, and a deletion takes a third longer if DynamoDB Local reports it.
 *
 * @throws {DeletionFailure} CredentialsMissing if no credential source is configured
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
    // Host names that contain the AWS account ID are disabled: network policies and VPC endpoints do not allow them.
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
      // When credentials expire, concurrent requests fail together, so they share one refresh.
      refreshing ??= client.config.credentials({ forceRefresh: true })
        .finally(() => refreshing = undefined);
      await refreshing;
    },
  };
}

const INCOMPLETE =
  "The endpoint's response lacks a field that every DynamoDB response has: check that the endpoint is DynamoDB";

/**
 * Returns `answer` if it contains `part`, a field of every DynamoDB response to this operation; throws otherwise.
 * Without this check, an empty body looks like an empty partition, or like the deletion of all items in a batch.
 */
function complete<T>(answer: T, part: unknown): T {
  if (part !== undefined) return answer;
  throw Object.assign(new Error(INCOMPLETE), {
    name: "IncompleteResponse",
  });
}

/**
 * DynamoDB client with the three operations that a deletion uses. Each call makes one attempt, which `signal` aborts.
 * The `name` of a thrown error is DynamoDB's error code. Only responses from AWS contain the consumed capacity.
 */
export interface DynamoDb {
  describeTable(input: DescribeTableInput, signal: AbortSignal): Promise<DescribeTableOutput>;
  query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput>;
  batchWriteItem(input: BatchWriteItemInput, signal: AbortSignal): Promise<BatchWriteItemOutput>;
  /** Reads new credentials from the credential source. */
  refreshCredentials(): Promise<void>;
}
