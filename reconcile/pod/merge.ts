/**
 * Merge rules for a Go struct. The rules list only fields that are neither lists nor pointers. Lists and pointers, such
 * as probes and `terminationGracePeriodSeconds`, need no rule: a value that the user sets replaces the whole default.
 * An empty list is treated as absent. A pointer to 0 or false is treated as set.
 */
export interface MergeShape {
  /** Fields with strings, booleans and numbers that are not pointers in Go: "", false and 0 count as absent. */
  readonly scalars: readonly string[];
  /** Fields of a map type. They are merged key by key. */
  readonly maps?: readonly string[];
  /** Fields with structs that are not pointers in Go. They are merged field by field. */
  readonly structs?: Readonly<Record<string, MergeShape>>;
}

/**
 * Returns the defaults, overridden by the user's fields as in the Go operator (mergo 0.3.6 with override). The function
 * changes neither argument. `null` counts as absent.
 */
export function mergeStruct<T extends object>(
  defaults: T,
  user: { readonly [K in keyof T]?: T[K] | undefined },
  shape: MergeShape,
): T {
  const result = { ...defaults } as Record<string, unknown>;
  for (const [field, value] of Object.entries<unknown>(user)) {
    const merged = mergeField(result[field], value, field, shape);
    if (merged !== undefined) result[field] = merged;
  }
  return result as T;
}

/** Returns the user's value of a field, merged with the default; undefined if the default applies unchanged. */
function mergeField(initial: unknown, user: unknown, field: string, shape: MergeShape): unknown {
  if (user === null || user === undefined) return undefined;
  if (Array.isArray(user)) return user.length > 0 ? user : undefined;
  if (shape.scalars.includes(field)) return user || undefined;
  const struct = shape.structs?.[field];
  if (struct) return orUndefined(mergeStruct(asObject(initial), asObject(user), struct));
  if (shape.maps?.includes(field)) return orUndefined({ ...asObject(initial), ...asObject(user) });
  return user;
}

function asObject(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? value as Record<string, unknown> : {};
}

function orUndefined(object: Record<string, unknown>) {
  return Object.keys(object).length > 0 ? object : undefined;
}

// These merge rules list the fields that are not pointers in the Go types of the core API, see
// https://github.com/kubernetes/api/blob/master/core/v1/types.go

/** Merge rules for the type Container of core/v1. */
export const containerShape: MergeShape = {
  scalars: words(
    "name image workingDir terminationMessagePath terminationMessagePolicy imagePullPolicy",
    "stdin stdinOnce tty",
  ),
  structs: { resources: { scalars: [], maps: ["limits", "requests"] } },
};

/** Merge rules for the type PodSpec of core/v1. */
export const podSpecShape: MergeShape = {
  scalars: words(
    "restartPolicy dnsPolicy serviceAccountName serviceAccount nodeName schedulerName",
    "priorityClassName hostNetwork hostPID hostIPC hostname subdomain",
  ),
  maps: ["nodeSelector", "overhead"],
};

function words(...lines: string[]): string[] {
  return lines.flatMap((line) => line.split(" "));
}
