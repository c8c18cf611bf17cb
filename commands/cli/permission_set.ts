/** The kinds of permission that a process can hold and give back. */
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

export type PermissionKind = typeof PERMISSION_KINDS[number];

/** What a set of `deno.json` says about one kind. */
export type PermissionEntry =
  | boolean
  | readonly string[]
  | { allow?: boolean | readonly string[]; deny?: boolean; ignore?: boolean };

/** A named permission set of `deno.json`. */
export type PermissionSet = Partial<Record<PermissionKind, PermissionEntry>>;

/** What a set grants of a kind: everything, these things, or nothing (an empty list). */
export function granted(set: PermissionSet, kind: PermissionKind): true | readonly string[] {
  const entry = set[kind] ?? false;
  const allowed = typeof entry === "object" && "allow" in entry ? entry.allow ?? false : entry;
  if (allowed === true) return true;
  return Array.isArray(allowed) ? allowed : [];
}
