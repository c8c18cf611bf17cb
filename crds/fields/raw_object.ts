import { z } from "zod";

/** Returns the schema of an object with arbitrary fields, which the API server stores unchanged. */
export function rawObject(description: string, extra: Record<string, unknown> = {}) {
  return z.custom<Record<string, unknown>>().meta({
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    ...extra,
    description,
  });
}
