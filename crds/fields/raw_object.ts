import { z } from "zod";

/** An object whose content this API does not look into and keeps as it is. */
export function rawObject(description: string, extra: Record<string, unknown> = {}) {
  return z.custom<Record<string, unknown>>().meta({
    type: "object",
    "x-kubernetes-preserve-unknown-fields": true,
    ...extra,
    description,
  });
}
