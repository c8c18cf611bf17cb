/** Kinds of permissions that a process can hold and revoke. */
export const PERMISSION_KINDS = [
  "net",
  "env",
  "read",
  "write",
  "run",
  "sys",
  "ffi",
  "import",
] as const;

/** One of `PERMISSION_KINDS`. */
export type PermissionKind = typeof PERMISSION_KINDS[number];

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
