/** Kinds of permissions that a process can hold and revoke, with the descriptor's property for a single item. */
const ITEM_PROPERTIES = {
  net: "host",
  env: "variable",
  read: "path",
  write: "path",
  run: "command",
  sys: "kind",
  ffi: "path",
  import: "host",
} as const;

/** Kind of a permission, as in `--allow-net`. */
export type PermissionKind = keyof typeof ITEM_PROPERTIES;

export const PERMISSION_KINDS = Object.keys(ITEM_PROPERTIES) as PermissionKind[];

/** Entry of a permission set in `deno.json` for one kind. */
export type PermissionEntry =
  | boolean
  | readonly string[]
  | { allow?: boolean | readonly string[]; deny?: boolean; ignore?: boolean };

/** Named permission set in `deno.json`. */
export type PermissionSet = Partial<Record<PermissionKind, PermissionEntry>>;

/** Returns the permissions of one kind that a set grants: true for all, or a list, which may be empty. */
export function granted(set: PermissionSet, kind: PermissionKind): true | readonly string[] {
  const entry = set[kind] ?? false;
  const allowed = typeof entry === "object" && "allow" in entry ? entry.allow ?? false : entry;
  if (allowed === true) return true;
  return Array.isArray(allowed) ? allowed : [];
}

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
  const narrowed = item !== undefined && { [ITEM_PROPERTIES[kind]]: item };
  return { name: kind, ...narrowed } as Deno.PermissionDescriptor;
}
