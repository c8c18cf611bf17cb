import { z } from "zod";

const INT32_MAX = 2147483647;

/** Returns the schema of an int32 count. It states both limits, because the API server does not enforce `format`. */
export function count(description: string, minimum = 0) {
  return z.int().meta({ format: "int32", minimum, maximum: INT32_MAX, description });
}

/** Returns the schema of a `metadata.generation`. */
export function generation(description: string) {
  return z.int().meta({ format: "int64", minimum: 0, description });
}
