import { FetchHttpHandler } from "@smithy/fetch-http-handler";

// For requests to STS, which the retry layer does not time. Longer than its own timeout for an attempt.
const REQUEST_TIMEOUT_MS = 20_000;

/**
 * Returns the common settings of all SDK clients. They keep the SDK from reading configuration files and system
 * information, which its permissions do not allow. The SDK sends requests with `fetch`, which reuses connections
 * and does not limit their number.
 *
 * @param userAgent for example `dynamo-operator/0.1.0`
 */
export function sdkDefaults(userAgent: string) {
  const [product = "", version = ""] = userAgent.split("/");
  return {
    requestHandler: new FetchHttpHandler({ keepAlive: true, requestTimeout: REQUEST_TIMEOUT_MS }),
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
