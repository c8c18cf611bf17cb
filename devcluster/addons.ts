import { dynamoDb } from "./addons/dynamodb.ts";
import type { Cluster } from "./cluster.ts";

/** Puts something beside a control plane that is ready: CRDs, a controller. Safe to repeat. */
export type Addon = (cluster: Cluster) => Promise<void>;

/** What `cluster up --with` offers, by name; the files are in `addons/`. */
export const ADDONS: ReadonlyMap<string, Addon> = new Map([["dynamodb", dynamoDb]]);

/** Finds add-ons by name. Throws for the first unknown one, naming those there are. */
export function findAddons(
  names: readonly string[],
  available: ReadonlyMap<string, Addon> = ADDONS,
): Addon[] {
  return names.map((name) => {
    const addon = available.get(name);
    if (addon === undefined) {
      const known = [...available.keys()].join(", ") || "none";
      throw new Error(
        `Cannot add "${name}" to the control plane; supported in this version: ${known}`,
      );
    }
    return addon;
  });
}
