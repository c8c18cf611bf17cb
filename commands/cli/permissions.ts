import config from "../../deno.json" with { type: "json" };
import { isInCluster } from "../../kube/auth/in_cluster.ts";
import { type PermissionSet, revokeAllExcept } from "./permission_set.ts";

/** Deno permission sets in `deno.json`. The set `binary` is for the compiled binary; the others are for subcommands. */
export const PERMISSION_SETS: Readonly<Record<string, PermissionSet>> = config.permissions;

/** Deno permissions of the compiled binary: the union of the Deno permissions of all subcommands. */
export const BINARY: PermissionSet = config.permissions.binary;

/**
 * Returns the Deno permissions that a subcommand needs with these arguments. An unknown subcommand needs no permission,
 * because the program only prints an error.
 *
 * @param command name of the subcommand
 * @param args arguments after the name of the subcommand
 * @param inCluster whether the process runs in a pod
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
    case "render": {
      if (isSet("diff", args)) return permissionsOf("run", args, inCluster);
      const files = [...valuesOf("f", args), ...valuesOf("filename", args)];
      return { ...sets.render, read: files.filter((file) => file !== "-") };
    }
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

/**
 * Revokes the Deno permissions that a subcommand does not need. Call this function before the program loads the code of
 * the subcommand.
 */
export function dropPermissions(command: string, args: readonly string[]): void {
  revokeAllExcept(permissionsOf(command, args, isInCluster(readEnv)), BINARY);
}

/** Returns the last value of a flag without validation. The subcommand validates it later, with fewer permissions. */
function valueOf(flag: string, args: readonly string[]): string | undefined {
  return valuesOf(flag, args).at(-1);
}

function valuesOf(flag: string, args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    if (arg === `--${flag}` || arg === `-${flag}`) return args[index + 1] ?? [];
    const start = [`--${flag}=`, `-${flag}=`].find((start) => arg.startsWith(start));
    return start === undefined ? [] : [arg.slice(start.length)];
  });
}

function isSet(flag: string, args: readonly string[]): boolean {
  return args.some((arg) =>
    [`--${flag}`, `-${flag}`, `--${flag}=true`, `-${flag}=true`].includes(arg)
  );
}

/**
 * Returns the value of an environment variable; undefined if it is not set or the process is not allowed to read it.
 */
export function readEnv(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}
