import type { V1ObjectMeta } from "@kubernetes/client-node";

/** The common fields of all objects of the custom kinds. Times are RFC 3339 strings, as in JSON. */
export interface CustomObject {
  apiVersion: string;
  kind: string;
  metadata:
    & Omit<V1ObjectMeta, "name" | "creationTimestamp" | "deletionTimestamp">
    & { name: string; creationTimestamp?: string; deletionTimestamp?: string };
}

/** Converts the objects of one API version to the internal type of the kind, and back. Both functions are pure. */
export interface Conversion {
  toInternal(object: CustomObject): CustomObject;
  fromInternal(object: CustomObject): CustomObject;
}

/** Conversions by API version. The version that the internal type describes needs none. */
export type Conversions = Readonly<Record<string, Conversion>>;

interface Converted {
  readonly group: string;
  readonly kind: string;
  /** The version of the internal type. */
  readonly version: string;
  readonly conversions: Conversions;
}

/**
 * Returns an object of any version of a kind as the internal type. The parser of manifests calls it; a store calls it
 * in its projection once a kind has a second version.
 *
 * Throws an `Error` for a version that the kind does not have.
 */
export function toInternal<T extends CustomObject>(names: Converted, object: CustomObject): T {
  const version = object.apiVersion.slice(object.apiVersion.indexOf("/") + 1);
  return (conversionOf(names, version)?.toInternal(object) ?? object) as T;
}

/**
 * Returns an object of the internal type in the given version. A writer of objects or of their status calls it once it
 * writes another version than `names.version`.
 *
 * Throws an `Error` for a version that the kind does not have.
 */
export function fromInternal(
  names: Converted,
  version: string,
  object: CustomObject,
): CustomObject {
  return conversionOf(names, version)?.fromInternal(object) ?? object;
}

function conversionOf(names: Converted, version: string): Conversion | undefined {
  if (version === names.version) return undefined;
  if (Object.hasOwn(names.conversions, version)) return names.conversions[version];
  const versions = [names.version, ...Object.keys(names.conversions)].join(", ");
  throw new Error(
    `Cannot convert ${names.kind} of "${names.group}/${version}": its versions are ${versions}`,
  );
}
