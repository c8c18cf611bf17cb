import { isJsonObject } from "./json.ts";
import { createRecentMap } from "./recent_map.ts";

/**
 * Returns a value equal to `value`. To save memory, the result shares equal objects and strings with recent values. If
 * `former`, an earlier version of the value, contains equal parts, the result uses these parts.
 */
export type ShareValues = <T>(value: T, former?: T) => T;

/** Limits of the two caches of {@linkcode createShareValues}: one for objects and lists, one for all other values. */
export interface ShareLimits {
  /** Approximate maximum length of the JSON text of a shared part. */
  maxLength?: number;
  /**
   * Minimum number of recent parts that each cache keeps. A cache evicts old parts in bulk, so it contains at most
   * twice as many.
   */
  minParts?: number;
}

/** A part of a JSON value that other values can share. */
interface Part {
  readonly value: unknown;
  /**
   * Unique number of the part; 0 if the part is not cached. A value that contains an uncached part is not cached
   * either.
   */
  readonly number: number;
  /** Approximate length of the JSON text of the part. */
  readonly length: number;
}

/** Assumed JSON length of a short value such as `true`, and of the punctuation of a string, list or object. */
const SHORT = 4;

// Hashes of an empty list and an empty object. They differ by more than most part numbers, so that lists and objects
// rarely get the same hash.
const LIST_HASH = 0x2c1b3c6d;
const OBJECT_HASH = 0x597a2d39;

/**
 * Creates a function that shares equal parts of JSON values, such as the probes in the pod templates of all
 * Deployments. The stores use it, because objects of one kind consist mostly of equal parts. The function caches recent
 * parts only. The values must not be modified.
 *
 * The function finds a cached object or list by a hash of the numbers of its members. It shares the members first, so
 * it can compare them by reference.
 */
export function createShareValues(
  { maxLength = 768, minParts = 2_000 }: ShareLimits = {},
): ShareValues {
  const scalars = createRecentMap<unknown, Part>(minParts);
  const composites = createRecentMap<number, Part>(minParts);
  /**
   * Stack of shared members, for all objects and lists that contain the current part. One stack is cheaper than one
   * list per object.
   */
  const members: Part[] = [];
  let lastNumber = 0;

  function shareScalar(value: unknown): Part {
    const length = SHORT + (typeof value === "string" ? value.length : 0);
    // -0 and undefined are not shared. A Map does not distinguish -0 from 0, and `hasMembers` does not distinguish
    // undefined from an absent member.
    if (length > maxLength || value === undefined || Object.is(value, -0)) {
      return { value, number: 0, length };
    }
    const found = scalars.get(value);
    if (found) return found;
    const part = { value, number: ++lastNumber, length };
    scalars.set(value, part);
    return part;
  }

  function share(value: unknown): Part {
    if (typeof value !== "object" || value === null) return shareScalar(value);
    const first = members.length;
    let hash = Array.isArray(value) ? LIST_HASH : OBJECT_HASH;
    let length = SHORT;
    let isRemembered = true;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        const part = share(value[index]);
        members.push(part);
        hash = mix(hash, part.number);
        length += part.length;
        if (part.number === 0) isRemembered = false;
      }
    } else {
      for (const name in value) {
        const part = share((value as Record<string, unknown>)[name]);
        const label = shareScalar(name);
        members.push(part);
        hash = mix(mix(hash, label.number), part.number);
        length += label.length + part.length;
        if (part.number === 0 || label.number === 0) isRemembered = false;
      }
    }
    const part = isRemembered && length <= maxLength
      ? shareComposite(value, first, hash, length)
      : { value: withMembers(value, first), number: 0, length };
    members.length = first;
    return part;
  }

  function shareComposite(value: object, first: number, hash: number, length: number): Part {
    const found = composites.get(hash);
    if (found && hasMembers(found.value, value, first)) return found;
    const part = { value: withMembers(value, first), number: ++lastNumber, length };
    composites.set(hash, part);
    return part;
  }

  /**
   * Returns whether `known` has the same field names as the object or list `value`, and whether its members are those
   * on the stack `members` from index `first` on.
   */
  function hasMembers(known: unknown, value: object, first: number): boolean {
    let index = first;
    if (Array.isArray(known)) {
      if (!Array.isArray(value) || known.length !== value.length) return false;
      for (let at = 0; at < known.length; at++) {
        if (known[at] !== members[index++]?.value) return false;
      }
      return true;
    }
    if (Array.isArray(value)) return false;
    const object = known as Record<string, unknown>;
    for (const name in value) if (object[name] !== members[index++]?.value) return false;
    for (const _name in object) index--;
    return index === first;
  }

  /** Returns a copy of the object or list `value` with the members on the stack `members` from index `first` on. */
  function withMembers(value: object, first: number): object {
    let index = first;
    if (Array.isArray(value)) return value.map(() => members[index++]?.value);
    const copy: Record<string, unknown> = { ...value };
    for (const name in copy) copy[name] = members[index++]?.value;
    return copy;
  }

  /**
   * Shares the members of a value. Does not share the strings directly in `metadata`, such as the name and the UID,
   * because most of them are unique and would evict other parts.
   */
  function shareMembers(value: unknown): unknown {
    if (!isJsonObject(value) || !isJsonObject(value.metadata)) return share(value).value;
    const copy: Record<string, unknown> = { ...value };
    for (const name in copy) {
      copy[name] = name === "metadata" ? withSharedObjects(copy[name]) : share(copy[name]).value;
    }
    return copy;
  }

  function withSharedObjects(value: unknown): unknown {
    const copy: Record<string, unknown> = { ...value as object };
    for (const name in copy) {
      if (typeof copy[name] === "object") copy[name] = share(copy[name]).value;
    }
    return copy;
  }

  function shareWith(value: unknown, former: unknown): unknown {
    if (isEqual(value, former)) return former;
    if (!isJsonObject(value) || !isJsonObject(former)) return shareMembers(value);
    const copy: Record<string, unknown> = { ...value };
    for (const name in copy) {
      copy[name] = shareWith(copy[name], Object.hasOwn(former, name) ? former[name] : undefined);
    }
    return copy;
  }

  // The cast is safe: the result equals `value`, so it has the same type.
  return <T>(value: T, former?: T) => shareWith(value, former) as T;
}

function mix(hash: number, number: number): number {
  const mixed = Math.imul(hash ^ number, 0x5bd1e995);
  return mixed ^ (mixed >>> 15);
}

/**
 * Returns whether two JSON values are equal. Unlike `sameJson`, distinguishes an undefined member from an absent one.
 */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return a !== 0 || Object.is(a, b);
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, at) => isEqual(item, b[at]));
  }
  if (!isJsonObject(a) || !isJsonObject(b)) return false;
  let count = 0;
  for (const name in a) {
    if (!Object.hasOwn(b, name) || !isEqual(a[name], b[name])) return false;
    count++;
  }
  for (const _name in b) count--;
  return count === 0;
}
