import type { Observed } from "./observed.ts";
import { carriesPlan } from "./plan_hash.ts";
import type { Planned } from "./planned.ts";

/**
 * Returns why the live object of a planned one is not what the plan says: `does not exist yet`, `is being deleted`,
 * `is not up to date yet`; undefined if it is. The content of objects that the operator does not own does not count.
 */
export function outdated(
  planned: Planned,
  observed: Pick<Observed, "find">,
): string | undefined {
  const { resource, manifest, policy } = planned;
  const live = observed.find(resource, manifest.metadata.name);
  if (!live) return "does not exist yet";
  if (live.metadata.deletionTimestamp) return "is being deleted";
  return policy === "own" && !carriesPlan(live, planned) ? "is not up to date yet" : undefined;
}
