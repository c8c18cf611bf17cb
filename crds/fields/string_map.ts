import { z } from "zod";

/** Labels, annotations and other maps from string to string. */
export function stringMap(description: string) {
  return z.record(z.string(), z.string()).describe(description);
}
