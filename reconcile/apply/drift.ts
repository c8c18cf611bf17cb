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
  const paths: string[] = [];
  const { apiVersion: _v, kind: _k, metadata, status: _s, ...content } = planned as
    & KubeObject
    & Fields;
  const { annotations, labels, ownerReferences } = metadata;
  const { [PLAN_HASH]: _hash, ...counted } = annotations ?? {};
  compareFields(
    { annotations: counted, labels, ownerReferences },
    { ...live.metadata },
    { shape: fieldOf(shape, "metadata"), path: "metadata", whole: false, paths },
  );
  compareFields(content, { ...live }, { shape, path: "", whole: false, paths });
  return paths;
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

interface Place {
  shape: Shape;
  path: string;
  /** Whether the compared value is part of an atomic value, which one field manager owns completely. */
  whole: boolean;
  /** Paths of the differences that were found so far. */
  paths: string[];
}

function compare(planned: unknown, live: unknown, place: Place) {
  if (planned === undefined || planned === null) return;
  if (Array.isArray(planned)) return compareLists(planned, live, place);
  if (isJsonObject(planned)) return compareObjects(planned, live, place);
  const { shape: { quantity }, path, paths } = place;
  const same = planned === live || (live === undefined && isEmpty(planned)) ||
    (quantity !== undefined && sameQuantity(planned, live, quantity));
  if (!same) paths.push(path);
}

function compareObjects(planned: Fields, live: unknown, place: Place) {
  const { shape: { atomic, emptyCounts }, path, paths } = place;
  if (live === undefined && emptyCounts) return void paths.push(path);
  if (live !== undefined && !isJsonObject(live)) return void paths.push(path);
  compareFields(planned, live ?? {}, atomic ? { ...place, whole: true } : place);
}

function compareFields(planned: Fields, live: Fields, { shape, path, whole, paths }: Place) {
  const pathOf = (field: string) => path ? `${path}.${field}` : field;
  for (const field of Object.keys(planned)) {
    const value = planned[field];
    // Most values are equal. For speed, the function does not compute their paths and shapes.
    if (value === live[field]) continue;
    compare(value, live[field], {
      shape: fieldOf(shape, field),
      path: pathOf(field),
      whole,
      paths,
    });
  }
  if (!whole) return;
  for (const [field, value] of Object.entries(live)) {
    if (planned[field] !== undefined || isFilledIn(value, fieldOf(shape, field))) continue;
    paths.push(pathOf(field));
  }
}

/** Returns whether the API server may have set this value by default. */
export function isFilledIn(value: unknown, shape: Shape): boolean {
  return isEmpty(value) || value === shape.filledIn ||
    (shape.quantity !== undefined && sameQuantity("0", value, shape.quantity));
}

function compareLists(planned: readonly unknown[], live: unknown, place: Place) {
  const items: readonly unknown[] = Array.isArray(live) ? live : [];
  const { path, paths, shape: { set, keys, each = {} } } = place;
  if (set) {
    if (!planned.every((item) => items.includes(item))) paths.push(path);
  } else if (keys && isAligned(keys, planned, items)) {
    // Fast path: most lists have the planned order, and most of their items are equal.
    for (const [index, item] of planned.entries()) {
      if (sameJson(item, items[index])) continue;
      compare(item, items[index], {
        ...place,
        shape: each,
        path: `${path}${itemKey(keys, item) ?? ""}`,
      });
    }
  } else if (keys) {
    const byKey = new Map(items.map((item) => [itemKey(keys, item), item]));
    const plannedKeys = new Set<string>();
    for (const item of planned) {
      const key = itemKey(keys, item) ?? "";
      const inner = { ...place, shape: each, path: `${path}${key}` };
      plannedKeys.add(key);
      if (!byKey.has(key)) paths.push(inner.path);
      else compare(item, byKey.get(key), inner);
    }
    if (!place.whole) return;
    for (const key of byKey.keys()) {
      if (!plannedKeys.has(key ?? "")) paths.push(`${path}${key ?? ""}`);
    }
  } else if (planned.length !== items.length) {
    paths.push(path);
  } else {
    for (const [index, item] of planned.entries()) {
      if (item === items[index]) continue;
      compare(item, items[index], { shape: each, path: `${path}[${index}]`, whole: true, paths });
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
    // An invalid quantity differs from every quantity. The API server reports the error when the operator applies it.
    return undefined;
  }
}

/** Rounds a number of billionths away from zero to the next thousandth. */
function roundedUp(nano: bigint): bigint {
  const rest = nano % NANO_IN_MILLI;
  if (rest === 0n) return nano;
  return nano - rest + (nano < 0n ? -NANO_IN_MILLI : NANO_IN_MILLI);
}
