import { z } from "zod";

/** Returns the schema of a map from string to string, such as labels. */
export function stringMap(description: string) {
  return z.record(z.string(), z.string()).describe(description);
}
