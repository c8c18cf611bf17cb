import type { V1ObjectMeta } from "@kubernetes/client-node";

/** Fields that the objects of all custom kinds have. Times are RFC 3339 strings, as in JSON. */
export interface CustomObject {
  apiVersion: string;
  kind: string;
  metadata:
    & Omit<V1ObjectMeta, "name" | "creationTimestamp" | "deletionTimestamp">
    & { name: string; creationTimestamp?: string; deletionTimestamp?: string };
}

/** Converts objects between one API version and the operator's internal type. Has no side effects. */
export interface Conversion {
  toInternal(object: CustomObject): CustomObject;
  fromInternal(object: CustomObject): CustomObject;
}

/** Conversions, keyed by API version. The version of the operator's internal type needs no conversion. */
export type Conversions = Readonly<Record<string, Conversion>>;

interface Converted {
  readonly group: string;
  readonly kind: string;
  /** API version of the operator's internal type. */
  readonly version: string;
  readonly conversions: Conversions;
}

/**
 * Converts an object from any API version of its kind to the operator's internal type. `parseManifest` calls this
 * function. If a kind gets a second version, the `project` option of its informer must call this function, too.
 *
 * Throws an `Error` for an unknown version of the kind.
 */
export function toInternal<T extends CustomObject>(names: Converted, object: CustomObject): T {
  const version = object.apiVersion.slice(object.apiVersion.indexOf("/") + 1);
  return (conversionOf(names, version)?.toInternal(object) ?? object) as T;
}

/**
 * Converts an object of the operator's internal type to the given API version. Code that writes an object or its status
 * in a version other than `names.version` must call this function.
 *
 * Throws an `Error` for an unknown version of the kind.
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
