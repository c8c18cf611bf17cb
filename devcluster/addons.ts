import { dynamoDb } from "./addons/dynamodb.ts";
import { groveCrds } from "./addons/grove_crds.ts";
import { lws } from "./addons/lws.ts";
import { lwsCrds } from "./addons/lws_crds.ts";
import { volcanoCrds } from "./addons/volcano_crds.ts";
import type { Cluster } from "./cluster.ts";

/** Adds CRDs, a controller or another program to a ready control plane. A second call changes nothing. */
export type Addon = (cluster: Cluster) => Promise<void>;

/** Add-ons that `cluster up --with` supports, keyed by name. */
const ADDONS: ReadonlyMap<string, Addon> = new Map<string, Addon>([
  ["dynamodb", dynamoDb],
  ["grove-crds", groveCrds],
  ["lws", lws],
  ["lws-crds", lwsCrds],
  ["volcano-crds", volcanoCrds],
]);

export function findAddons(
  names: readonly string[],
  available: ReadonlyMap<string, Addon> = ADDONS,
): Addon[] {
  return names.map((name) => {
    const addon = available.get(name);
    if (addon !== undefined) return addon;
    const known = [...available.keys()].join(", ") || "none";
    throw new Error(
      `Cannot add "${name}" to the control plane; supported in this version: ${known}`,
    );
  });
}
