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

// Initial hashes of a list and of an object. They are far apart, so that a list and an object rarely get the same hash.
const LIST_HASH = 0x2c1b3c6d;
const OBJECT_HASH = 0x597a2d39;

/**
 * Creates a function that saves memory by replacing equal parts of JSON values with one copy. For example, the pod
 * templates of all Deployments contain equal probes. The function remembers only recent parts. Callers must not modify
 * the values.
 *
 * The function replaces the members of an object or list first. Then it looks up the object or list itself by a hash,
 * which it computes from the numbers of these members (`Part.number`).
 */
export function createShareValues(
  { maxLength = 768, minParts = 2_000 }: ShareLimits = {},
): ShareValues {
  const scalars = createRecentMap<unknown, Part>(minParts);
  const composites = createRecentMap<number, Part>(minParts);
  /**
   * Shared members of all objects and lists that the recursive function `share` is processing. It uses this list as a
   * stack, because a separate list for each object would be more expensive.
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
   * Returns whether `known` has the same fields or items as `value`. Compares by reference with the shared members of
   * `value`, which are in `members` from index `first` on.
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

  /** Returns a copy of `value` with its shared members, which are in `members` from index `first` on. */
  function withMembers(value: object, first: number): object {
    let index = first;
    if (Array.isArray(value)) return value.map(() => members[index++]?.value);
    const copy: Record<string, unknown> = { ...value };
    for (const name in copy) copy[name] = members[index++]?.value;
    return copy;
  }

  /**
   * Shares equal parts of `value`, but not strings such as `metadata.name` and `metadata.uid`, except the namespace.
   * Most of these strings are unique, so they would only evict other parts from the cache.
   */
  function shareMembers(value: unknown): unknown {
    if (!isJsonObject(value) || !isJsonObject(value.metadata)) return share(value).value;
    const copy: Record<string, unknown> = { ...value };
    for (const name in copy) {
      copy[name] = name === "metadata" ? sharedMetadata(copy[name]) : share(copy[name]).value;
    }
    return copy;
  }

  function sharedMetadata(value: unknown): unknown {
    const copy: Record<string, unknown> = { ...value as object };
    for (const name in copy) {
      const isShared = typeof copy[name] === "object" || name === "namespace";
      if (isShared) copy[name] = share(copy[name]).value;
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
