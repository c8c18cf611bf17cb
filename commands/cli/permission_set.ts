/** Kinds of Deno permissions, each with the descriptor property that holds a single item, such as one host. */
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

/** Kind of a Deno permission, such as `net` in `--allow-net`. */
export type PermissionKind = keyof typeof ITEM_PROPERTIES;

export const PERMISSION_KINDS = Object.keys(ITEM_PROPERTIES) as PermissionKind[];

/** Entry for one kind of permission, in a permission set of `deno.json`. */
export type PermissionEntry =
  | boolean
  | readonly string[]
  | { allow?: boolean | readonly string[]; deny?: boolean; ignore?: boolean };

/** Named permission set in `deno.json`. */
export type PermissionSet = Partial<Record<PermissionKind, PermissionEntry>>;

/** Returns the permissions of one kind that a set grants: true for all, or a list of items, which may be empty. */
export function granted(set: PermissionSet, kind: PermissionKind): true | readonly string[] {
  const entry = set[kind] ?? false;
  const allowed = typeof entry === "object" && "allow" in entry ? entry.allow ?? false : entry;
  if (allowed === true) return true;
  return Array.isArray(allowed) ? allowed : [];
}

/**
 * Revokes every permission that is not in the set `kept`, until the process exits. Deno can narrow a list of items: a
 * process with read permission for "/" can keep it for one folder only. Deno cannot narrow a permission for all items
 * (`--allow-read`), so the program is started with lists.
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
      // If the process requests an item of a permission that it holds, Deno adds a separate entry without a prompt. The
      // entry stays valid when the wider permission is revoked.
      if (Deno.permissions.querySync(one).state === "granted") Deno.permissions.requestSync(one);
    }
    const all = granted(held, kind);
    for (const item of all === true ? [] : all) {
      // Revoking an item inside a kept folder would also revoke the permission for the folder.
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
