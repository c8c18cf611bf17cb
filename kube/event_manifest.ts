import type { CoreEvent } from "./builtin.ts";
import { microTime } from "./micro_time.ts";
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

export interface EventReporter {
  /** Qualified name of the controller, as `dynamo.nvidia.com/operator`. */
  reportingController: string;
  /** This process, as the pod's name. */
  reportingInstance: string;
}

const MAX_NOTE_BYTES = 1024;
const MAX_NAME = 253;
const MAX_REPORTER = 128;

/** Cuts a text to a number of UTF-8 bytes, between characters, and shows that it was cut. */
function cut(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text);
  if (bytes.length <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes - 3));
  return `${text.slice(0, read)}…`;
}

/** The Event that tells `content` about an object for the first time. `suffix` makes its name unique. */
export function eventManifest(
  about: KubeObject,
  content: EventContent,
  reporter: EventReporter,
  nowMs: number,
  suffix: string,
): CoreEvent {
  const { name, namespace, uid, resourceVersion } = about.metadata;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: {
      name: `${name.slice(0, MAX_NAME - suffix.length - 1)}.${suffix}`,
      // Events of cluster-scoped objects live in the namespace "default".
      namespace: namespace ?? "default",
    },
    eventTime: microTime(nowMs),
    reportingController: reporter.reportingController,
    reportingInstance: reporter.reportingInstance.slice(0, MAX_REPORTER),
    type: content.type,
    reason: content.reason,
    action: content.action,
    note: cut(content.note, MAX_NOTE_BYTES),
    regarding: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name,
      ...(namespace ? { namespace } : {}),
      ...(uid ? { uid } : {}),
      ...(resourceVersion ? { resourceVersion } : {}),
    },
  };
}
