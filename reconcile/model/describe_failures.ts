import { type Endpoint, endpointUrl } from "./endpoints.ts";
import type { Failure } from "./worker_api.ts";

/** An endpoint, and why its last request failed. */
export interface FailedEndpoint {
  endpoint: Endpoint;
  failure: Failure;
}

const MAX_CAUSES = 3;

/**
 * Returns a description of failed endpoints. For each cause, it contains the first endpoint and the number of other
 * endpoints. The description depends only on the endpoints and their failures, so that the status does not change for
 * other reasons.
 */
export function describeFailures(failed: readonly FailedEndpoint[]): string {
  const causes = [...Map.groupBy(failed, ({ failure }) => failure.message)];
  const texts = causes.slice(0, MAX_CAUSES).map(([message, [first, ...others]]) => {
    const where = first ? `pod "${first.endpoint.podName}" (${endpointUrl(first.endpoint)})` : "";
    const more = others.length > 0 ? ` and ${counted(others.length, "other")}` : "";
    return `${where}${more}: ${message}`;
  });
  const hidden = causes.length - texts.length;
  return [...texts, ...(hidden > 0 ? [counted(hidden, "other cause")] : [])].join("; ");
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
