import type { KubeObject } from "./object.ts";

export interface EventContent {
  type: "Normal" | "Warning";
  /** CamelCase, why it happened; at most 128 characters. */
  reason: string;
  /** CamelCase, what the controller did; at most 128 characters. */
  action: string;
  /** A sentence for people; cut to 1024 bytes. */
  note: string;
}

/** Tells people what happened to an object, as `events.k8s.io/v1` Events. Never throws. */
export interface EventRecorder {
  event(about: KubeObject, content: EventContent): void;
  /** Resolves when everything told so far has been sent or given up. */
  flush(): Promise<void>;
}
