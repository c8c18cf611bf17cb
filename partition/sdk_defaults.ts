import { FetchHttpHandler } from "@smithy/fetch-http-handler";

// Above what the retry layer waits for an attempt; it is for requests that it does not make, those to STS.
const REQUEST_TIMEOUT_MS = 20_000;

/**
 * What every client of the SDK is told, so that it looks neither for files in a home folder nor at the system: a
 * program with few permissions may do neither, and a pod has nothing there. Requests go through `fetch`, which keeps
 * connections open and holds them to no number.
 *
 * @param userAgent such as `dynamo-operator/0.1.0`
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
