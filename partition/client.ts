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
import { type Connection, describeConnection, type Env } from "./connection.ts";
import { credentialProvider, credentialSource } from "./credentials.ts";
import { createProtocolCheck } from "./protocol_check.ts";
import { createRedactor } from "./redactor.ts";
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
 * caches credentials until five minutes before they expire. The client asks only AWS for the consumed capacity.
 * DynamoDB Local does not bill capacity, and is a third slower if it must report capacity.
 *
 * @throws {DeletionFailure} CredentialsMissing if no credential source is configured
 */
export function createDynamoDb({ connection, env, userAgent }: ClientOptions): DynamoDb {
  const { region, endpoint, aws, fips, dualStack } = connection;
  const source = credentialSource(connection, env);
  const redactor = createRedactor();
  const client = new DynamoDBClient({
    ...sdkDefaults(userAgent),
    region,
    ...(endpoint !== undefined && { endpoint }),
    credentials: credentialProvider(source, connection, { userAgent, env, redactor }),
    maxAttempts: 1,
    useFipsEndpoint: fips,
    useDualstackEndpoint: dualStack,
    // Disables host names with the AWS account ID, because network policies and VPC endpoints do not allow them.
    accountIdEndpointMode: "disabled",
    endpointDiscoveryEnabled: false,
  });
  const ReturnConsumedCapacity = aws ? "TOTAL" : "NONE";
  const place = describeConnection(connection);
  const check = createProtocolCheck(place);
  let refreshing: Promise<unknown> | undefined;
  return {
    place,
    redact: redactor.redact,
    describeTable: (input, abortSignal) =>
      check(
        "DescribeTable",
        () => client.send(new DescribeTableCommand(input), { abortSignal }),
        ({ Table }) => Table,
      ),
    query: (input, abortSignal) =>
      check(
        "Query",
        () => client.send(new QueryCommand({ ...input, ReturnConsumedCapacity }), { abortSignal }),
        ({ Count }) => Count,
      ),
    batchWriteItem(input, abortSignal) {
      const command = new BatchWriteItemCommand({ ...input, ReturnConsumedCapacity });
      return check(
        "BatchWriteItem",
        () => client.send(command, { abortSignal }),
        ({ UnprocessedItems }) => UnprocessedItems,
      );
    },
    async refreshCredentials() {
      // When credentials expire, all concurrent requests fail. These requests share one refresh of the credentials.
      refreshing ??= client.config.credentials({ forceRefresh: true })
        .finally(() => refreshing = undefined);
      await refreshing;
    },
  };
}

/**
 * DynamoDB client with the three operations that a deletion uses. Each call makes one attempt, which `signal` can
 * abort. The `name` of a thrown error is DynamoDB's error code. Endpoints outside AWS do not report the consumed
 * capacity, because the client does not request it.
 */
export interface DynamoDb {
  /** Region and endpoint as shown in messages, such as "region eu-west-1". */
  readonly place: string;
  /** Removes the credentials of the client, and other secrets, from a text. */
  redact(text: string): string;
  describeTable(input: DescribeTableInput, signal: AbortSignal): Promise<DescribeTableOutput>;
  query(input: QueryInput, signal: AbortSignal): Promise<QueryOutput>;
  batchWriteItem(input: BatchWriteItemInput, signal: AbortSignal): Promise<BatchWriteItemOutput>;
  /** Reads new credentials from the credential source. */
  refreshCredentials(): Promise<void>;
}
