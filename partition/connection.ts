import { DeletionFailure } from "./deletion_failure.ts";

/** AWS region and DynamoDB endpoint to which a deletion sends its requests. */
export interface Connection {
  region: string;
  /** URL of the endpoint. If absent, requests are sent to the AWS endpoint of the region. */
  endpoint?: string;
  /** Whether the endpoint belongs to AWS. Other endpoints (DynamoDB Local, LocalStack) accept any credentials. */
  aws: boolean;
  fips: boolean;
  dualStack: boolean;
}

/** Returns the value of an environment variable, undefined if it is not set. */
export type Env = (name: string) => string | undefined;

const DEFAULT_REGION = "us-east-1";
// DNS suffixes of AWS endpoints in all groups of AWS regions. Source: the endpoint rules of the AWS SDKs.
const AWS_HOST =
  /\.(amazonaws\.(com|com\.cn|eu)|api\.(aws|amazonwebservices\.com\.cn)|(c2s|hci)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk)$/;

/**
 * Returns region and endpoint. The region is the first non-empty value of the flag, AWS_REGION and AWS_DEFAULT_REGION,
 * or us-east-1. The endpoint is the first non-empty value of the flag, AWS_ENDPOINT_URL_DYNAMODB and AWS_ENDPOINT_URL,
 * or the AWS endpoint of the region.
 *
 * @throws {DeletionFailure} InvalidEndpoint if the endpoint is not an http or https URL
 */
export function chooseConnection(
  flags: { region?: string; endpointUrl?: string },
  env: Env,
): Connection {
  const region = flags.region || env("AWS_REGION") || env("AWS_DEFAULT_REGION") || DEFAULT_REGION;
  const endpoint = flags.endpointUrl || env("AWS_ENDPOINT_URL_DYNAMODB") || env("AWS_ENDPOINT_URL");
  const fips = env("AWS_USE_FIPS_ENDPOINT") === "true";
  const dualStack = env("AWS_USE_DUALSTACK_ENDPOINT") === "true";
  if (!endpoint) return { region, aws: true, fips, dualStack };
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    const shown = endpoint.replace(/\/\/[^/]*@/, "//…@");
    throw new DeletionFailure(
      "InvalidEndpoint",
      `Cannot use the endpoint "${shown}": give a URL such as "http://host:8000" or "https://host", without a user name`,
    );
  }
  return { region, endpoint, aws: AWS_HOST.test(url.hostname), fips: false, dualStack: false };
}
