import {
  granted,
  PERMISSION_KINDS,
  type PermissionKind,
  type PermissionSet,
} from "./permission_set.ts";

/**
 * Revokes every permission except those of a set, for the rest of the process. Deno can narrow a list: a process that
 * holds "/" can keep one folder. It cannot narrow a grant of a whole kind (`--allow-read`), so the program starts with
 * lists.
 *
 * @param kept permissions that the process still needs
 * @param held permissions that the process was started with
 */
export function revokeAllExcept(kept: PermissionSet, held: PermissionSet): void {
  for (const kind of PERMISSION_KINDS) {
    const keep = granted(kept, kind);
    if (keep === true) continue;
    if (keep.length === 0) {
      Deno.permissions.revokeSync(descriptor(kind));
      continue;
    }
    for (const item of keep) {
      const one = descriptor(kind, item);
      // A request for a held permission adds a separate entry, which survives the revocation of the wider one. Deno does
      // not prompt for it.
      if (Deno.permissions.querySync(one).state === "granted") Deno.permissions.requestSync(one);
    }
    const all = granted(held, kind);
    for (const item of all === true ? [] : all) {
      // Revoking an item inside a kept folder would revoke the folder too.
      if (!keep.some((folder) => isWithin(item, folder))) {
        Deno.permissions.revokeSync(descriptor(kind, item));
      }
    }
  }
}

function isWithin(item: string, folder: string): boolean {
  return item === folder || item.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

function descriptor(kind: PermissionKind, item?: string): Deno.PermissionDescriptor {
  if (item === undefined) return { name: kind };
  switch (kind) {
    case "read":
    case "write":
    case "ffi":
      return { name: kind, path: item };
    case "net":
    case "import":
      return { name: kind, host: item };
    case "env":
      return { name: kind, variable: item };
    case "run":
      return { name: kind, command: item };
    case "sys":
      // The set of names depends on the Deno version, which refuses unknown ones.
      return { name: kind, kind: item as NonNullable<Deno.SysPermissionDescriptor["kind"]> };
  }
}
