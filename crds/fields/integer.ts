import { z } from "zod";

const INT32_MAX = 2147483647;

/** An int32 that counts something. The API server does not enforce `format`, hence both limits. */
export function count(description: string, minimum = 0) {
  return z.int().meta({ format: "int32", minimum, maximum: INT32_MAX, description });
}

/** A generation of an object, which only grows. */
export function generation(description: string) {
  return z.int().meta({ format: "int64", minimum: 0, description });
}
