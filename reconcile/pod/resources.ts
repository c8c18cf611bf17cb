import type { V1ResourceRequirements } from "@kubernetes/client-node";
import type { ResourceAmounts, Resources } from "../../crds/fields/resources.ts";
import { quantityAt } from "../dynamo/quantity.ts";

const DEFAULT_GPU_TYPE = "nvidia.com/gpu";
/**
 * Lays a component's `resources` over those of its container: amounts key by key, claims behind the claims there.
 * `requests.gpu` has no effect; the API server fills a request in from the limit.
 *
 * @returns undefined if there is nothing to ask for
 * @throws {PlanError} if an amount is no quantity
 */
export function overlayResources(
  container: V1ResourceRequirements | undefined,
  component: Resources | undefined,
): V1ResourceRequirements | undefined {
  const limits = { ...container?.limits, ...amounts("limits", component?.limits) };
  const requests = { ...container?.requests, ...amounts("requests", component?.requests) };
  const claims = [...container?.claims ?? [], ...component?.claims ?? []];
  const result: V1ResourceRequirements = {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(claims.length > 0 && { claims }),
  };
  return Object.keys(result).length > 0 ? result : undefined;
}

function amounts(
  kind: "limits" | "requests",
  given: ResourceAmounts | undefined,
): Record<string, string> {
  const result: Record<string, string> = {};
  if (!given) return result;
  if (given.cpu) result["cpu"] = quantity(kind, "cpu", given.cpu);
  if (given.memory) result["memory"] = quantity(kind, "memory", given.memory);
  if (given.gpu && kind === "limits") {
    result[given.gpuType || DEFAULT_GPU_TYPE] = quantity(kind, "gpu", given.gpu);
  }
  for (const [name, amount] of Object.entries(given.custom ?? {})) {
    result[name] = quantity(kind, name, amount, `custom[${name}]`);
  }
  return result;
}

function quantity(kind: string, name: string, amount: string, path = name): string {
  const doing = `failed to get resources config: parse ${kind} ${name} quantity`;
  quantityAt(`resources.${kind}.${path}`, amount, doing);
  return amount;
}
