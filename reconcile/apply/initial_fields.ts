import { isJsonObject } from "../../kube/json.ts";
import type { KubeObject } from "../../kube/object.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Returns the manifest with the fields that are applied on creation only. For a live object they get the live values: an
 * apply without them would remove them from the object. A field that the live object lacks stays out.
 *
 * @param initially the fields, nested in objects as in the manifest; lists count as values
 */
export function initialFields(
  manifest: KubeObject,
  initially: Fields,
  live: KubeObject | undefined,
): KubeObject {
  const values = live ? valuesAt(initially, { ...live }) : initially;
  return merged({ ...manifest }, values) as unknown as KubeObject;
}

/** Returns the values of `source` at the leaves of `fields`. */
function valuesAt(fields: Fields, source: unknown): Fields {
  if (!isJsonObject(source)) return {};
  const found = Object.entries(fields).flatMap(([name, value]) => {
    if (source[name] === undefined) return [];
    return [[name, isJsonObject(value) ? valuesAt(value, source[name]) : source[name]]];
  });
  return Object.fromEntries(found);
}

function merged(base: Fields, over: Fields): Fields {
  const result: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(over)) {
    const under = base[name];
    result[name] = isJsonObject(value) && isJsonObject(under) ? merged(under, value) : value;
  }
  return result;
}
