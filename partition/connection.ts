import { DeletionFailure } from "./deletion_failure.ts";

/** Where requests go. */
export interface Connection {
  region: string;
  /** Absent: the endpoint of AWS for the region. */
  endpoint?: string;
  /** Whether the endpoint belongs to AWS; others (DynamoDB Local, LocalStack) want no real credentials. */
  aws: boolean;
  fips: boolean;
  dualStack: boolean;
}

/** One environment variable, undefined when it is not set. */
export type Env = (name: string) => string | undefined;

const DEFAULT_REGION = "us-east-1";
// Of all partitions of AWS, see the endpoints package of any of its SDKs.
const AWS_HOST =
  /\.(amazonaws\.(com|com\.cn|eu)|api\.(aws|amazonwebservices\.com\.cn)|(c2s|hci)\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk)$/;

/**
 * Chooses region and endpoint: what was asked for, else AWS_REGION, AWS_DEFAULT_REGION, us-east-1; and what was asked
 * for, else AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL, the region's own. Empty counts as not set everywhere.
 *
 * @throws {DeletionFailure} InvalidEndpoint if the endpoint is no http or https address
 */
export function chooseConnection(
  asked: { region?: string; endpointUrl?: string },
  env: Env,
): Connection {
  const region = asked.region || env("AWS_REGION") || env("AWS_DEFAULT_REGION") || DEFAULT_REGION;
  const endpoint = asked.endpointUrl || env("AWS_ENDPOINT_URL_DYNAMODB") || env("AWS_ENDPOINT_URL");
  const fips = env("AWS_USE_FIPS_ENDPOINT") === "true";
  const dualStack = env("AWS_USE_DUALSTACK_ENDPOINT") === "true";
  if (!endpoint) return { region, aws: true, fips, dualStack };
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new DeletionFailure(
      "InvalidEndpoint",
      `Cannot use the endpoint "${
        withoutPassword(endpoint)
      }": it must be an address such as "http://host:8000" or "https://host", without a user`,
    );
  }
  return { region, endpoint, aws: AWS_HOST.test(url.hostname), fips: false, dualStack: false };
}

function withoutPassword(endpoint: string): string {
  return endpoint.replace(/\/\/[^/]*@/, "//…@");
}
