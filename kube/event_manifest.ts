import type { CoreEvent } from "./builtin.ts";
import { microTime } from "./micro_time.ts";
import type { KubeObject } from "./object.ts";

/** Content of an Event. */
export interface EventContent {
  type: "Normal" | "Warning";
  /** Reason in CamelCase, at most 128 characters. */
  reason: string;
  /** Action of the controller in CamelCase, at most 128 characters. */
  action: string;
  /** A sentence for users; shortened to 1024 bytes. */
  note: string;
}

/** Source of an Event. */
export interface EventReporter {
  /** Qualified name of the controller, such as `dynamo.nvidia.com/operator`. */
  reportingController: string;
  /** Name of this process, such as the name of its pod. */
  reportingInstance: string;
}

const MAX_NOTE_BYTES = 1024;
const MAX_NAME = 253;
const MAX_REPORTER = 128;

/** Shortens a text to a number of UTF-8 bytes without splitting a character, and appends "…". */
function shorten(text: string, maxBytes: number): string {
  const encoder = new TextEncoder();
  const bytes = encoder.encode(text);
  if (bytes.length <= maxBytes) return text;
  const { read } = encoder.encodeInto(text, new Uint8Array(maxBytes - 3));
  return `${text.slice(0, read)}…`;
}

/** Returns the manifest of a new Event about an object. `suffix` makes its name unique. */
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
      // Events about cluster-scoped objects belong to the namespace "default".
      namespace: namespace ?? "default",
    },
    eventTime: microTime(nowMs),
    reportingController: reporter.reportingController,
    reportingInstance: reporter.reportingInstance.slice(0, MAX_REPORTER),
    type: content.type,
    reason: content.reason,
    action: content.action,
    note: shorten(content.note, MAX_NOTE_BYTES),
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
