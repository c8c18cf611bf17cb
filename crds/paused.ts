import type { CustomObject } from "./custom_object.ts";
import { ANNOTATIONS } from "./labels.ts";

/** Whether the user has paused all writes for the object except status. */
export function isPaused(object: Pick<CustomObject, "metadata">): boolean {
  return object.metadata.annotations?.[ANNOTATIONS.paused] === "true";
}
