import type { V1ResourceRequirements } from "@kubernetes/client-node";
import type { ResourceAmounts, Resources } from "../../crds/fields/resources.ts";
import { quantityAt } from "../dynamo/problem.ts";

const DEFAULT_GPU_TYPE = "nvidia.com/gpu";

/**
 * Returns a component's `resources` merged over the resources of its container; undefined if neither sets any.
 * Quantities are merged key by key, and resource claims are appended. `requests.gpu` is ignored, because the API server
 * sets the request from the limit. Throws a {@link PlanError} if a value is not a quantity.
 */
export function overlayResources(
  container: V1ResourceRequirements | undefined,
  component: Resources | undefined,
): V1ResourceRequirements | undefined {
  const limits = { ...container?.limits, ...quantities("limits", component?.limits) };
  const requests = { ...container?.requests, ...quantities("requests", component?.requests) };
  const claims = [...container?.claims ?? [], ...component?.claims ?? []];
  const result: V1ResourceRequirements = {
    ...(Object.keys(limits).length > 0 && { limits }),
    ...(Object.keys(requests).length > 0 && { requests }),
    ...(claims.length > 0 && { claims }),
  };
  return Object.keys(result).length > 0 ? result : undefined;
}

function quantities(
  kind: "limits" | "requests",
  given: ResourceAmounts | undefined,
): Record<string, string> {
  const result: Record<string, string> = {};
  if (!given) return result;
  if (given.cpu) result["cpu"] = checked(kind, "cpu", given.cpu);
  if (given.memory) result["memory"] = checked(kind, "memory", given.memory);
  if (given.gpu && kind === "limits") {
    result[given.gpuType || DEFAULT_GPU_TYPE] = checked(kind, "gpu", given.gpu);
  }
  const { custom = {} } = given;
  for (const name of Object.keys(custom).sort()) {
    result[name] = checked(kind, name, custom[name] ?? "", `custom[${name}]`);
  }
  return result;
}

function checked(kind: string, name: string, quantity: string, path = name): string {
  const failure = `failed to get resources config: parse ${kind} ${name} quantity`;
  quantityAt(`resources.${kind}.${path}`, quantity, failure);
  return quantity;
}
