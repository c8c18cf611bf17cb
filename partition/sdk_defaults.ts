import { FetchHttpHandler } from "@smithy/fetch-http-handler";

// Timeout of requests to STS. For requests to DynamoDB, retry.ts has a shorter timeout.
const REQUEST_TIMEOUT_MS = 20_000;

/**
 * Returns the common settings of all SDK clients. These settings prevent the SDK from reading configuration files
 * and system information, for which the process lacks Deno permissions. The SDK sends requests with `fetch`, which
 * reuses connections and does not limit their number.
 *
 * @param userAgent value of the User-Agent header, such as `dynamo-operator/0.1.0`
 */
export function sdkDefaults(userAgent: string) {
  const [product = "", version = ""] = userAgent.split("/");
  return {
    requestHandler: new FetchHttpHandler({
      keepAlive: true,
      requestTimeout: REQUEST_TIMEOUT_MS,
      // Does not follow redirects: DynamoDB never redirects, and another server would receive the session token.
      requestInit: () => ({ redirect: "manual" }),
    }),
    defaultsMode: "standard" as const,
    retryMode: "standard",
    disableClockSkewCorrection: false,
    ignoreConfiguredEndpointUrls: true,
    authSchemePreference: new Array<string>(),
    userAgentAppId: () => Promise.resolve(undefined),
    defaultUserAgentProvider: () =>
      Promise.resolve([[product, version]] satisfies [string, string][]),
  };
}
