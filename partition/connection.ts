import { DeletionFailure } from "./deletion_failure.ts";
import { regionOfArn } from "./table_name.ts";

/** AWS region and DynamoDB endpoint that a deletion sends its requests to. */
export interface Connection {
  region: string;
  /** URL of the endpoint; by default, the AWS endpoint of the region. */
  endpoint?: string;
  /** Whether the endpoint belongs to AWS. Other endpoints (DynamoDB Local, LocalStack) accept any credentials. */
  aws: boolean;
  fips: boolean;
  dualStack: boolean;
}

/** Returns the value of an environment variable, undefined if it is not set. */
export type Env = (name: string) => string | undefined;

/**
 * Default region for endpoints outside AWS. Most of these endpoints ignore the region, but DynamoDB Local can keep
 * separate tables for each region.
 */
const REGION_OUTSIDE_AWS = "us-east-1";
// Matches the host names of AWS endpoints. The DNS suffixes come from the endpoint rules of the AWS SDKs.
const AWS_HOST =
  /\.(amazonaws\.(com|com\.cn|eu)|api\.(aws|amazonwebservices\.com\.cn)|(c2s|hci)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk)$/;

/** Matches the region in the host name of an AWS endpoint, such as `dynamodb.eu-west-1.amazonaws.com`. */
const REGION_OF_HOST = /\.([a-z]{2,}(?:-[a-z]+)+-\d)\./;

/**
 * Returns the region and the endpoint. The endpoint is the first non-empty value of the flag, AWS_ENDPOINT_URL_DYNAMODB
 * and AWS_ENDPOINT_URL, or the AWS endpoint of the region. The region is the first one found in the flag, the ARN of
 * the table, AWS_REGION, AWS_DEFAULT_REGION and the host name of an AWS endpoint. For AWS, there is no default region,
 * because another region may contain a table with the same name.
 *
 * @param flags.table name or ARN of the table
 * @throws {DeletionFailure} InvalidEndpoint if the endpoint is not an http or https URL; InvalidRegion if the region is
 *   missing or is not the region of the ARN
 */
export function chooseConnection(
  flags: { region?: string; endpointUrl?: string; table?: string },
  env: Env,
): Connection {
  const endpoint = flags.endpointUrl || env("AWS_ENDPOINT_URL_DYNAMODB") || env("AWS_ENDPOINT_URL");
  const url = endpoint ? endpointUrl(endpoint) : undefined;
  const aws = url === undefined || AWS_HOST.test(url.hostname);
  const region = regionOf(flags, env) || (url && REGION_OF_HOST.exec(url.hostname)?.[1]) ||
    (aws ? undefined : REGION_OUTSIDE_AWS);
  if (!region) {
    throw new DeletionFailure(
      "InvalidRegion",
      "Cannot choose the region: set awsRegion (--region) or AWS_REGION, or give the ARN of the table",
    );
  }
  if (endpoint) return { region, endpoint, aws, fips: false, dualStack: false };
  const fips = env("AWS_USE_FIPS_ENDPOINT") === "true";
  const dualStack = env("AWS_USE_DUALSTACK_ENDPOINT") === "true";
  return { region, aws, fips, dualStack };
}

/** Describes the region and the endpoint for messages. */
export function describeConnection({ region, endpoint }: Connection): string {
  return endpoint === undefined ? `region ${region}` : `region ${region} at ${endpoint}`;
}

function regionOf(
  { region, table = "" }: { region?: string; table?: string },
  env: Env,
): string | undefined {
  const ofTable = regionOfArn(table);
  if (region && ofTable && region !== ofTable) {
    throw new DeletionFailure(
      "InvalidRegion",
      `Cannot delete from table "${table}" in region ${region}: its ARN names region ${ofTable}; omit the region or correct it`,
    );
  }
  return region || ofTable || env("AWS_REGION") || env("AWS_DEFAULT_REGION");
}

function endpointUrl(endpoint: string): URL {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password) return url;
  const shown = endpoint.replace(/\/\/[^/]*@/, "//…@");
  throw new DeletionFailure(
    "InvalidEndpoint",
    `Cannot use the endpoint "${shown}": give a URL such as "http://host:8000" or "https://host", without a user name`,
  );
}
