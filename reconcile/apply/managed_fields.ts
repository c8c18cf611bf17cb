import { DEFAULT_FIELD_MANAGER } from "../../kube/client.ts";
import type { KubeObject, ObjectMeta } from "../../kube/object.ts";
import {
  type FieldSet,
  isEmptySet,
  isFieldSet,
  union,
  withField,
  withoutField,
} from "./field_set.ts";

/** Field manager of the operator's applies. */
export const FIELD_MANAGER: string = DEFAULT_FIELD_MANAGER;

/** The managed fields of an object, and its apiVersion. */
export type Managed = Pick<KubeObject, "apiVersion"> & {
  metadata: Pick<ObjectMeta, "managedFields">;
};

/** Entry of one field manager in `metadata.managedFields`. */
export type Entry = NonNullable<ObjectMeta["managedFields"]>[number];

/** Returns the fields that the operator owns through server-side apply. */
export function ownFields({ metadata: { managedFields = [] } }: Managed): FieldSet {
  return managedFields.filter(isOwn).map(fieldsOf).reduce(union, {});
}

/** Returns the fields that any other field manager owns. */
export function foreignFields({ metadata: { managedFields = [] } }: Managed): FieldSet {
  return managedFields.filter((entry) => !isOwn(entry)).map(fieldsOf).reduce(union, {});
}

/**
 * Returns the managed fields with the operator as the only owner of these paths. The caller sends them in a request
 * that changes only owners. The next apply then removes the paths that the manifest omits. If the API server refuses
 * this apply, the content of the object does not change.
 */
export function claimFields(object: Managed, paths: readonly (readonly string[])[]): Entry[] {
  return reassign(
    object,
    paths.reduce(withField, {}),
    (_, fields) => paths.reduce(withoutField, fields),
  );
}

/**
 * Returns the managed fields with the operator as the owner of all fields in the selected entries; undefined if no
 * entry is selected.
 */
export function claimEntries(
  object: Managed,
  isClaimed: (manager: string | undefined, fields: FieldSet) => boolean,
): Entry[] | undefined {
  const claimed = (object.metadata.managedFields ?? []).filter((entry) =>
    !isOwn(entry) && !entry.subresource && isClaimed(entry.manager, fieldsOf(entry))
  );
  if (claimed.length === 0) return undefined;
  return reassign(
    object,
    claimed.map(fieldsOf).reduce(union, {}),
    (entry, fields) => claimed.includes(entry) ? {} : fields,
  );
}

/**
 * Returns the managed fields after two changes: the operator's entry gets the fields `added`, and the other entries
 * keep only the fields that `keep` returns.
 */
function reassign(
  object: Managed,
  added: FieldSet,
  keep: (entry: Entry, fields: FieldSet) => FieldSet,
): Entry[] {
  const entries = object.metadata.managedFields ?? [];
  const own: Entry = {
    manager: FIELD_MANAGER,
    operation: "Apply",
    apiVersion: object.apiVersion,
    fieldsType: "FieldsV1",
    ...entries.find(isOwn),
    fieldsV1: union(ownFields(object), added),
  };
  const others = entries.filter((entry) => !isOwn(entry)).flatMap((entry) => {
    const fields = fieldsOf(entry);
    const kept = keep(entry, fields);
    if (kept === fields) return [entry];
    return isEmptySet(kept) ? [] : [{ ...entry, fieldsV1: kept }];
  });
  return [own, ...others];
}

/**
 * Returns the field managers that own the field at a path from `drift`, such as `spec.ports[80,"TCP"].name`. Ignores
 * the entries of the operator, and entries for the status subresource.
 */
export function foreignManagers(
  { metadata: { managedFields = [] } }: Managed,
  path: string,
): string[] {
  const owners = managedFields.filter((entry) =>
    !isOwn(entry) && entry.subresource !== "status" && leadsTo(fieldsOf(entry), path)
  );
  return [...new Set(owners.flatMap(({ manager }) => manager ?? []))].sort();
}

/** Returns whether the set contains the field at the path, or a field above or below this field. */
function leadsTo(fields: FieldSet, path: string): boolean {
  const rest = path.startsWith(".") ? path.slice(1) : path;
  if (rest === "" || isEmptySet(fields)) return true;
  return Object.entries(fields).some(([element, inner]) => {
    const start = element.startsWith("f:") ? element.slice(2) : keyText(element);
    return start !== undefined && rest.startsWith(start) &&
      ["", ".", "["].includes(rest.charAt(start.length)) &&
      leadsTo(inner, rest.slice(start.length));
  });
}

/** Returns the key of a list item in the format of `drift`, such as `[80]` for the path element `k:{"port":80}`. */
function keyText(element: string): string | undefined {
  if (!element.startsWith("k:")) return undefined;
  return JSON.stringify(Object.values(JSON.parse(element.slice(2))));
}

function fieldsOf({ fieldsV1 }: Entry): FieldSet {
  return isFieldSet(fieldsV1) ? fieldsV1 : {};
}

function isOwn({ manager, operation, subresource }: Entry): boolean {
  return manager === FIELD_MANAGER && operation === "Apply" && !subresource;
}
