import { isJsonObject, sameJson } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";
import { oncePerObject } from "../../kube/once_per_object.ts";
import { parseQuantity } from "../../kube/quantity.ts";
import { shapeOf } from "../../kube/resource.ts";
import { fieldOf, hasSameKey, itemKey, type ListKey, type Shape } from "../../kube/shape.ts";
import { normalise } from "./normalise.ts";
import { type Manifest, PLAN_HASH } from "./plan_hash.ts";

/**
 * Returns the paths of planned fields that are absent or different in the live object, such as
 * `spec.template.spec.containers["main"].image`.
 *
 * Compares values as the API server stores them: quantities by value ("1000m" is stored as "1"), keyed lists by key in
 * any order. An empty planned value (`{}`, `[]`, "", false, 0) equals an absent live value. Unplanned fields (defaults,
 * fields of other managers) are drift only inside atomic values. One field manager owns an atomic value completely, for
 * example the rules of a Role or the selector of a Service. Ignores finalizers, `status` and the plan hash.
 *
 * @param planned the manifest to apply, after `normalise`
 * @param live the object of the same kind and name, as read from the API server
 * @param shape how the API server merges and stores the fields of the kind
 */
export function drift(planned: KubeObject, live: KubeObject, shape: Shape): string[] {
  const found: Path[] = [];
  const { apiVersion: _v, kind: _k, metadata, status: _s, ...content } = planned as
    & KubeObject
    & Fields;
  const { annotations, labels, ownerReferences } = metadata;
  const { [PLAN_HASH]: _hash, ...counted } = annotations ?? {};
  compareFields(
    { annotations: counted, labels, ownerReferences },
    { ...live.metadata },
    { shape: fieldOf(shape, "metadata"), path: { field: "metadata" }, whole: false, found },
  );
  compareFields(content, { ...live }, { shape, path: undefined, whole: false, found });
  return found.map(textOf);
}

/**
 * Returns the {@link drift} of an object. Caches the last result for each manifest, because each reconciliation of the
 * parent needs it, even if nothing has changed.
 */
export function knownDrift(planned: KubeObject, live: KubeObject, shape: Shape): readonly string[] {
  return lastDrift(planned, comparedPart(live), shape);
}

const lastDrift = oncePerObject((planned: KubeObject, live: KubeObject, shape: Shape) =>
  drift(planned, live, shape)
);

/** Returns a live object without the fields that are not compared, such as the status and the resourceVersion. */
function comparedPart(live: KubeObject & { status?: unknown }): KubeObject {
  const { status: _status, metadata, ...content } = live;
  const { name, annotations, labels, ownerReferences } = metadata;
  return {
    ...content,
    metadata: {
      name,
      ...(annotations && { annotations }),
      ...(labels && { labels }),
      ...(ownerReferences && { ownerReferences }),
    },
  };
}

/** Returns the {@link drift} of a live object from a planned manifest that is not normalised yet. */
export function driftFromPlan({ resource, manifest }: Manifest, live: KubeObject): string[] {
  const shape = shapeOf(resource);
  return drift(normalise(manifest, shape), live, shape);
}

type Fields = Readonly<Record<string, unknown>>;

/** Path of a value: its last step, and the path of the object or list that contains the value. */
interface Path {
  readonly parent?: Path | undefined;
  /** Name of the field; absent for a list item. */
  readonly field?: string;
  /** Position of the item in an atomic list. */
  readonly index?: number;
  /** The item of a keyed list, and the keys of that list. */
  readonly item?: unknown;
  readonly keys?: readonly ListKey[];
}

/** Returns the text of a path. For speed, the comparison calls this function only for differences. */
function textOf({ parent, field, index, item, keys }: Path): string {
  const before = parent ? textOf(parent) : "";
  if (field !== undefined) return before ? `${before}.${field}` : field;
  return `${before}${keys ? itemKey(keys, item) ?? "" : `[${index}]`}`;
}

interface Place {
  shape: Shape;
  /** Path of the compared value; undefined for the whole object. */
  path: Path | undefined;
  /** Whether the compared value is part of an atomic value, which one field manager owns completely. */
  whole: boolean;
  /** Paths of the differences that were found so far. */
  found: Path[];
}

function report({ path, found }: Place) {
  if (path) found.push(path);
}

function compare(planned: unknown, live: unknown, place: Place) {
  if (planned === undefined || planned === null) return;
  if (Array.isArray(planned)) return compareLists(planned, live, place);
  if (isJsonObject(planned)) return compareObjects(planned, live, place);
  const { quantity } = place.shape;
  const same = planned === live || (live === undefined && isEmpty(planned)) ||
    (quantity !== undefined && sameQuantity(planned, live, quantity));
  if (!same) report(place);
}

function compareObjects(planned: Fields, live: unknown, place: Place) {
  const { atomic, emptyCounts } = place.shape;
  if (live === undefined && emptyCounts) return report(place);
  if (live !== undefined && !isJsonObject(live)) return report(place);
  compareFields(planned, live ?? {}, atomic && !place.whole ? { ...place, whole: true } : place);
}

function compareFields(planned: Fields, live: Fields, { shape, path, whole, found }: Place) {
  for (const field in planned) {
    const value = planned[field];
    // Most values are equal. For speed, the function does not determine their paths and shapes.
    if (value === live[field]) continue;
    const inner = { shape: fieldOf(shape, field), path: { parent: path, field }, whole, found };
    compare(value, live[field], inner);
  }
  if (!whole) return;
  for (const field in live) {
    if (planned[field] !== undefined || isFilledIn(live[field], fieldOf(shape, field))) continue;
    found.push({ parent: path, field });
  }
}

/** Returns whether the API server may have set this value by default. */
export function isFilledIn(value: unknown, shape: Shape): boolean {
  return isEmpty(value) || value === shape.filledIn ||
    (shape.quantity !== undefined && sameQuantity("0", value, shape.quantity));
}

function compareLists(planned: readonly unknown[], live: unknown, place: Place) {
  const items: readonly unknown[] = Array.isArray(live) ? live : [];
  const { path: parent, found, shape: { set, keys, each = {} } } = place;
  if (set) {
    if (!planned.every((item) => items.includes(item))) report(place);
  } else if (keys && isAligned(keys, planned, items)) {
    // Fast path: most lists have the planned order, and most of their items are equal.
    for (let index = 0; index < planned.length; index++) {
      const item = planned[index];
      if (sameJson(item, items[index])) continue;
      compare(item, items[index], { ...place, shape: each, path: { parent, item, keys } });
    }
  } else if (keys) {
    const byKey = new Map(items.map((item) => [itemKey(keys, item), item]));
    const plannedKeys = new Set<string | undefined>();
    for (const item of planned) {
      const key = itemKey(keys, item);
      const inner = { ...place, shape: each, path: { parent, item, keys } };
      plannedKeys.add(key);
      if (!byKey.has(key)) report(inner);
      else compare(item, byKey.get(key), inner);
    }
    if (!place.whole) return;
    for (const [key, item] of byKey) {
      if (!plannedKeys.has(key)) found.push({ parent, item, keys });
    }
  } else if (planned.length !== items.length) {
    report(place);
  } else {
    for (let index = 0; index < planned.length; index++) {
      if (planned[index] === items[index]) continue;
      const inner = { shape: each, path: { parent, index }, whole: true, found };
      compare(planned[index], items[index], inner);
    }
  }
}

/** Returns whether two lists have items with the same keys in the same order. */
function isAligned(
  keys: readonly ListKey[],
  planned: readonly unknown[],
  items: readonly unknown[],
): boolean {
  return planned.length === items.length &&
    planned.every((item, index) => hasSameKey(keys, item, items[index]));
}

/** Returns whether a value is empty. The API server may drop an empty value instead of storing it. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isJsonObject(value)) return Object.values(value).every(isEmpty);
  return value === undefined || value === null || value === "" || value === 0 || value === false;
}

const NANO_IN_MILLI = 1_000_000n;

/**
 * Returns whether the API server stores two resource quantities as the same value. The API server rounds up: quantities
 * of limits and requests to thousandths (`milli`), all other quantities to billionths. See `SetDefaults_ResourceList`
 * of Kubernetes and https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
 */
export function sameQuantity(a: unknown, b: unknown, precision: "exact" | "milli"): boolean {
  const first = stored(a, precision);
  return first !== undefined && first === stored(b, precision);
}

/** Returns a quantity as the API server stores it, in billionths. */
function stored(quantity: unknown, precision: "exact" | "milli"): bigint | undefined {
  if (typeof quantity !== "string" && typeof quantity !== "number") return undefined;
  try {
    const nano = parseQuantity(quantity);
    return precision === "milli" ? roundedUp(nano) : nano;
  } catch {
    // An invalid quantity differs from every quantity. The API server reports the error when the operator applies the
    // quantity.
    return undefined;
  }
}

/** Rounds a number of billionths away from zero to the next thousandth. */
function roundedUp(nano: bigint): bigint {
  const rest = nano % NANO_IN_MILLI;
  if (rest === 0n) return nano;
  return nano - rest + (nano < 0n ? -NANO_IN_MILLI : NANO_IN_MILLI);
}
