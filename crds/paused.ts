import type { CustomObject } from "./custom_object.ts";
import { ANNOTATIONS } from "./labels.ts";

/** Whether the user has stopped all writes for this object but those of its status. */
export function isPaused(object: Pick<CustomObject, "metadata">): boolean {
  return object.metadata.annotations?.[ANNOTATIONS.paused] === "true";
}
