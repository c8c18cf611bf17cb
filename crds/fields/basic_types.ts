import { z } from "zod";

const INT32_MAX = 2147483647;

/** Returns the schema of an int32. The schema states both limits, because the API server does not enforce `format`. */
export function count(description: string, minimum = 0, maximum = INT32_MAX) {
  return z.int().meta({ format: "int32", minimum, maximum, description });
}

/** Returns the schema of an int64 that is not negative, such as `metadata.generation`. */
export function int64(description: string) {
  return z.int().meta({ format: "int64", minimum: 0, description });
}

/** Returns the schema of a map from string to string, such as labels. */
export function stringMap(description: string) {
  return z.record(z.string(), z.string()).describe(description);
}

/** Returns the schema of an object with arbitrary fields, which the API server stores unchanged. */
export function rawObject(description: string, extra: Record<string, unknown> = {}) {
  return z.custom<Record<string, unknown>>().meta({
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    ...extra,
    description,
  });
}
