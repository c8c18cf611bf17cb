import config from "../../deno.json" with { type: "json" };
import { isInCluster } from "../../kube/auth/is_in_cluster.ts";
import { revokeAllExcept } from "./revoke_permissions.ts";
import type { PermissionSet } from "./permission_set.ts";
import { readEnv } from "./read_env.ts";

/** The permission sets of `deno.json`: what the binary holds, and what each subcommand needs of it. */
export const PERMISSION_SETS: Readonly<Record<string, PermissionSet>> = config.permissions;

/** What the binary is compiled with: all that any subcommand needs. */
export const BINARY: PermissionSet = config.permissions.binary;

/**
 * What a subcommand needs, as far as its arguments and its place tell. Nothing for a name that is none: it ends with a
 * message.
 *
 * @param command first argument, `run` if there is none
 * @param args those after it
 * @param inCluster whether this is a pod
 */
export function permissionsOf(
  command: string,
  args: readonly string[],
  inCluster: boolean,
): PermissionSet {
  const sets = config.permissions;
  switch (command) {
    case "run":
      return inCluster && !valueOf("kubeconfig", args) ? sets.run : sets["run-outside"];
    case "crds": {
      const folder = valueOf("out", args);
      return folder ? { ...sets.crds, write: [folder] } : {};
    }
    case "delete-partition": {
      const report = valueOf("termination-log", args);
      return { ...sets["delete-partition"], write: report ? [report] : [] };
    }
    default:
      return {};
  }
}

/** Gives back what the subcommand does not need, before any of its code is loaded. */
export function dropPermissions(command: string, args: readonly string[]): void {
  revokeAllExcept(permissionsOf(command, args, isInCluster(readEnv)), BINARY);
}

/** The flags are read in earnest by code that is loaded later, with these permissions. */
function valueOf(flag: string, args: readonly string[]): string | undefined {
  let value: string | undefined;
  for (const [index, arg] of args.entries()) {
    if (arg === `--${flag}` || arg === `-${flag}`) value = args[index + 1];
    for (const start of [`--${flag}=`, `-${flag}=`]) {
      if (arg.startsWith(start)) value = arg.slice(start.length);
    }
  }
  return value;
}
