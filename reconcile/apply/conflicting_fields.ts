import { isJsonObject, sameJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { StatusDetails } from "../../kube/errors.ts";
import { fieldOf, itemKey, type Shape } from "../../kube/shape.ts";
import { containsField, fieldElement, type FieldSet, itemElement } from "./field_set.ts";

/** The causes that the API server lists when it refuses a request with status 422. */
export type Causes = NonNullable<StatusDetails["causes"]>;

/** An unplanned field or list item of the live object, inside a planned object or keyed list. */
interface Unplanned {
  /** Path in the format of managed fields. */
  path: readonly string[];
  /** Path without list indices, such as `spec.ports.name`. */
  field: string;
  /** For a list item: the live item, and the planned items of the same list. Absent for a field. */
  item?: { live: Fields; planned: readonly unknown[] };
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the paths of the live fields that made the API server refuse the manifest. Such a field exists if another
 * client has changed the key of a list item or selected another member of a union. Examples are a second handler of a
 * probe, and a second port with the name of a planned port. An apply does not remove such a field, because the operator
 * does not own it.
 *
 * For each cause, the function returns:
 *
 * - the unplanned field that the cause names, or an unplanned field that contains the named field
 * - the unplanned list items that have the same value as a planned item in the field that the cause names
 * - if neither exists, the unplanned fields that another field manager owns in the object that the cause names, or in
 *   the object that contains the named field
 *
 * If the API server has set a field by default and no cause names this field, the result omits the field. Never returns
 * fields of the metadata. Returns an empty list if the refusal concerns only planned fields.
 */
export function conflictingFields(
  planned: KubeObject,
  live: KubeObject,
  { shape, causes, foreign }: { shape: Shape; causes: Causes; foreign: FieldSet },
): (readonly string[])[] {
  const found: Unplanned[] = [];
  collect({ ...planned }, { ...live }, { shape, path: [], field: "", found });
  const paths = causes.flatMap(({ field }) => field ? namedBy(withoutIndices(field)) : []);
  return [...new Set(paths)];

  function namedBy(cause: string): (readonly string[])[] {
    const named = found.filter(({ field, item }) =>
      item ? isDuplicate(item, cause, field) : cause === field || cause.startsWith(`${field}.`)
    );
    if (named.length > 0) return named.map(({ path }) => path);
    const objects = [cause, parentOf(cause)];
    return found.filter(({ path, field, item }) =>
      !item && path.length > 2 && objects.includes(parentOf(field)) && containsField(foreign, path)
    ).map(({ path }) => path);
  }
}

/** Returns whether the live item and a planned item have the same value in the field that the cause names. */
function isDuplicate(
  { live, planned }: NonNullable<Unplanned["item"]>,
  cause: string,
  list: string,
): boolean {
  if (parentOf(cause) !== list) return false;
  const value = live[cause.slice(list.length + 1)];
  return value !== undefined &&
    planned.some((item) =>
      isJsonObject(item) && sameJson(item[cause.slice(list.length + 1)], value)
    );
}

interface Place {
  shape: Shape;
  path: readonly string[];
  field: string;
  found: Unplanned[];
}

function collect(planned: unknown, live: unknown, place: Place) {
  if (place.shape.atomic) return;
  if (Array.isArray(planned) && Array.isArray(live)) collectItems(planned, live, place);
  else if (isJsonObject(planned) && isJsonObject(live)) collectFields(planned, live, place);
}

function collectFields(planned: Fields, live: Fields, { shape, path, field, found }: Place) {
  for (const [name, value] of Object.entries(live)) {
    if (name === "metadata" || name === "status") continue;
    const inner = {
      shape: fieldOf(shape, name),
      path: [...path, fieldElement(name)],
      field: field ? `${field}.${name}` : name,
      found,
    };
    if (planned[name] === undefined) found.push(inner);
    else collect(planned[name], value, inner);
  }
}

function collectItems(
  planned: readonly unknown[],
  live: readonly unknown[],
  { shape: { keys, each = {} }, path, field, found }: Place,
) {
  if (!keys) return;
  const byKey = new Map(planned.map((item) => [itemKey(keys, item), item]));
  for (const item of live) {
    if (!isJsonObject(item)) continue;
    const inner = { shape: each, path: [...path, itemElement(keys, item)], field, found };
    const same = byKey.get(itemKey(keys, item));
    if (same === undefined) found.push({ ...inner, item: { live: item, planned } });
    else collect(same, item, inner);
  }
}

/**
 * Returns the path of a cause without list indices. Map keys become path elements, so `limits[cpu]` becomes
 * `limits.cpu`.
 */
function withoutIndices(field: string): string {
  return field.replace(/\[\d+\]/g, "").replace(/\["?(.*?)"?\]/g, ".$1");
}

function parentOf(field: string): string {
  return field.slice(0, Math.max(0, field.lastIndexOf(".")));
}
