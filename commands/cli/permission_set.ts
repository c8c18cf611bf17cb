/** Maps each Deno permission to the property that names one item in its descriptor, such as `host` for `net`. */
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

/** Name of a Deno permission, such as `net` in `--allow-net`. */
export type PermissionKind = keyof typeof ITEM_PROPERTIES;

export const PERMISSION_KINDS = Object.keys(ITEM_PROPERTIES) as PermissionKind[];

/** Value of one Deno permission, such as `net`, in a permission set of `deno.json`. */
export type PermissionEntry =
  | boolean
  | readonly string[]
  | { allow?: boolean | readonly string[]; deny?: boolean; ignore?: boolean };

/** A set of Deno permissions, as in `deno.json`. */
export type PermissionSet = Partial<Record<PermissionKind, PermissionEntry>>;

/**
 * Returns the items, such as hosts or paths, for which a set grants a Deno permission. True means all items; an empty
 * list means none.
 */
export function granted(set: PermissionSet, kind: PermissionKind): true | readonly string[] {
  const entry = set[kind] ?? false;
  const allowed = typeof entry === "object" && "allow" in entry ? entry.allow ?? false : entry;
  if (allowed === true) return true;
  return Array.isArray(allowed) ? allowed : [];
}

/**
 * Revokes all Deno permissions that are not in `kept`. Deno can narrow a list of items: after a start with
 * `--allow-read=/`, the program can keep a single folder. Deno cannot narrow `--allow-read` without a list, so the
 * program must start with lists.
 *
 * @param kept Deno permissions that the process still needs
 * @param held Deno permissions that the process was started with
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
      // Requests a separate permission for the item. This permission stays valid after the wider permission is revoked.
      // Deno does not show a prompt, because the wider permission already covers the item.
      if (Deno.permissions.querySync(one).state === "granted") Deno.permissions.requestSync(one);
    }
    const all = granted(held, kind);
    for (const item of all === true ? [] : all) {
      // Revoking an item inside a kept folder would also revoke the permission for that folder.
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
