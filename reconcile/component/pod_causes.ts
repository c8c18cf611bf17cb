import type { V1ContainerState, V1ContainerStatus } from "@kubernetes/client-node";
import type { CoreEvent, Pod } from "../../kube/builtin.ts";
import { conditionOf } from "../dynamo/conditions.ts";

/** Maximum number of causes in a message, so that the message stays readable. */
const MAX_CAUSES = 3;
const MAX_TEXT = 500;
/**
 * An event is recent if it is at most this many milliseconds older than the newest event. The kubelet repeats an event
 * at least every five minutes.
 */
const RECENT_MS = 6 * 60_000;
/**
 * Matches the ids of containers and sandboxes. Messages omit these ids, because each start of a container changes them.
 */
const CONTAINER_IDS = /\b[0-9a-f]{32,}\b/g;
/**
 * Matches local addresses in connection errors, such as `10.0.0.7:51920->`. Messages omit these addresses, because the
 * port is random. The expression matches only at the start of a word. Otherwise the search in a very long word would
 * take minutes.
 */
const LOCAL_ADDRESSES = /(?<!\S)\S+:\d+->/g;
const PULLING = ["ErrImagePull", "ImagePullBackOff"];
/** Waiting reasons of a container that the kubelet is still preparing. */
const PREPARING = ["ContainerCreating", "PodInitializing"];
/**
 * Waiting reasons of a container that the kubelet restarts. The last termination of the container contains the cause.
 */
const RESTARTING = ["CrashLoopBackOff", "PostStartHookError", "RunContainerError"];

/**
 * Returns the reasons why pods are not ready, as one text for each cause, such as
 * `pod "chat-decode-x": container "main" ended with exit code 1 (Error)`. Pods with the same cause share one text. The
 * texts contain no counters, times or backoffs, so that they change only if the cause changes.
 *
 * @param events the Warning events of the pod that {@linkcode unexplainedPod} returns
 * @param progress whether to describe the progress of pods without a known problem
 */
export function podCauses(
  pods: readonly Pod[],
  { events = [], progress = false }: { events?: readonly CoreEvent[]; progress?: boolean } = {},
): string[] {
  const unexplained = unexplainedPod(pods, progress);
  const groups = new Map<string, { cause: string; names: string[] }>();
  for (const pod of notReady(pods)) {
    const cause = (pod === unexplained ? eventCause(pod, events) : causeOf(pod)) ??
      (progress ? progressOf(pod) : undefined);
    if (cause === undefined) continue;
    const key = withoutNodeCounts(cause);
    const group = groups.get(key) ?? { cause, names: [] };
    groups.set(key, { ...group, names: [...group.names, pod.metadata.name] });
  }
  return [...groups.values()].slice(0, MAX_CAUSES).map(({ cause, names: [first, ...others] }) =>
    others.length === 0
      ? `pod "${first}": ${cause}`
      : `${others.length + 1} pods such as "${first}": ${cause}`
  );
}

/**
 * Returns the reasons why pods do not exist, such as `missing pods: StatefulSet "chat-decode-0": FailedCreate: …`; an
 * empty list if the reason is unknown. If several objects have recent events, the function uses only the events of the
 * object closest to the pods. The events of the other objects are only consequences.
 *
 * @param byCreator the Warning events of each object that creates the pods; the last object is the closest to the pods
 * @param pods the existing pods; the function ignores earlier failures to create one of them
 */
export function missingPodCauses(
  byCreator: readonly (readonly CoreEvent[])[],
  pods: readonly Pod[],
): string[] {
  const names = new Set(pods.map(({ metadata }) => metadata.name));
  const open = byCreator.map((events) => events.filter((event) => !names.has(createdPod(event))));
  const recent = new Set(recentOf(open.flat()));
  const closest = open.map((events) => events.filter((event) => recent.has(event)))
    .findLast((events) => events.length > 0) ?? [];
  const texts = closest.map((event) => {
    const { kind, name } = event.regarding ?? {};
    return `missing pods: ${kind} "${name}": ${eventText(event)}`;
  });
  return texts.sort().slice(0, 1);
}

/**
 * Returns the name of the pod in the note of an event, such as `chat-decode-0-1` in `create Pod chat-decode-0-1 in …`;
 * "" if the note names no pod.
 */
function createdPod({ note = "" }: CoreEvent): string {
  return /\bpods? "?([a-z0-9.-]+)/i.exec(note)?.[1] ?? "";
}

/**
 * Extracts the causes from the message of a condition. Returns a list with one text that contains all causes; an empty
 * list if the message contains none.
 */
export function causesIn(message = ""): string[] {
  const causes = /; ((?:pod "|\d+ pods such as "|missing pods: ).*)$/s.exec(message)?.[1];
  return causes === undefined ? [] : [causes];
}

/** Returns whether two lists of causes are equal, apart from node counts in messages of the scheduler. */
export function isSameCauses(a: readonly string[], b: readonly string[]): boolean {
  return withoutNodeCounts(a.join("; ")) === withoutNodeCounts(b.join("; "));
}

/**
 * Removes the node counts from a scheduler message in the text, and sorts the parts of this message. Otherwise the text
 * would change whenever the number of nodes changes.
 */
function withoutNodeCounts(text: string): string {
  const start = /(?:cannot be scheduled|FailedScheduling): /.exec(text)?.index ?? text.length;
  const parts = text.slice(start).replaceAll(/(?<![^\s/])\d+(?![^\s/])/g, "").split(/[,.:;]/);
  return text.slice(0, start) + parts.map((part) => part.trim()).sort().join();
}

/**
 * Returns the first waiting pod without a cause in its status. Only the events of such a pod show the cause, for
 * example a missing Secret of a volume.
 *
 * @param progress whether to include a pod that has started and is not ready; its events describe failed probes
 */
export function unexplainedPod(pods: readonly Pod[], progress = false): Pod | undefined {
  return notReady(pods).find((pod) =>
    causeOf(pod) === undefined && (!isRunning(pod) || (progress && hasStarted(pod)))
  );
}

/**
 * Returns the pods that are not ready, sorted by name. Omits failed pods if other pods exist, because controllers
 * replace failed pods.
 */
function notReady(pods: readonly Pod[]): Pod[] {
  const waiting = pods.filter(({ metadata, status }) =>
    !metadata.deletionTimestamp && status?.phase !== "Succeeded" &&
    conditionOf(status, "Ready")?.status !== "True"
  ).sort((a, b) => a.metadata.name < b.metadata.name ? -1 : 1);
  const alive = waiting.filter(({ status }) => status?.phase !== "Failed");
  return alive.length > 0 ? alive : waiting;
}

/** Returns the reason why the pod is not ready, according to its status; undefined if the status shows no cause. */
function causeOf(pod: Pod): string | undefined {
  const { status } = pod;
  if (status?.phase === "Failed") return shorten(status.reason ?? "Failed", status.message);
  const scheduled = conditionOf(status, "PodScheduled");
  if (scheduled?.status === "False") return shorten("cannot be scheduled", scheduled.message);
  const causes = [
    ...(status?.initContainerStatuses ?? []).map((one) => containerCause(one, isSidecar(one, pod))),
    ...(status?.containerStatuses ?? []).map((one) => containerCause(one, true)),
  ];
  return causes.find((cause) => cause !== undefined) ?? conditionCause(pod);
}

/** Returns whether a container is a sidecar: an init container that runs until the pod is deleted. */
function isSidecar({ name }: V1ContainerStatus, { spec }: Pod): boolean {
  return spec?.initContainers?.find((one) => one.name === name)?.restartPolicy === "Always";
}

/** Returns the reason why a pod with ready containers is not ready; undefined if one of its containers is not ready. */
function conditionCause({ spec, status }: Pod): string | undefined {
  const { reason, message } = conditionOf(status, "Ready") ?? {};
  if (reason === "ReadinessGatesNotReady") return shorten(reason, message);
  const containers = status?.containerStatuses ?? [];
  // If a node is unreachable, the node controller marks its pods as not ready without a reason. The containers stay
  // ready.
  return containers.length > 0 && containers.every(({ ready }) => ready)
    ? `its containers are ready, but the pod is not: check its node "${spec?.nodeName}"`
    : undefined;
}

/**
 * Returns the reason why a container is not ready, according to its status; undefined if the status shows no reason.
 *
 * @param endless whether the container must run until the pod is deleted; false for an init container that must end
 */
function containerCause(
  { name, image, ready, state = {}, lastState = {} }: V1ContainerStatus,
  endless: boolean,
): string | undefined {
  if (endless && ready) return undefined;
  const { reason = "", message } = state.waiting ?? {};
  if (PULLING.includes(reason)) {
    return shorten(`cannot pull image "${image}"`, pullError(message));
  }
  const isPreparing = reason === "" || PREPARING.includes(reason);
  const ended = state.terminated ?? lastState.terminated;
  const isOver = isPreparing || RESTARTING.includes(reason);
  if (ended && isOver && (endless || ended.exitCode !== 0)) {
    return shorten(`container "${name}" ended with ${exitText(ended)}`, lastLine(ended.message));
  }
  return isPreparing ? undefined : shorten(`container "${name}" cannot start: ${reason}`, message);
}

function exitText({ exitCode, reason }: NonNullable<V1ContainerState["terminated"]>): string {
  return `exit code ${exitCode}${reason ? ` (${reason})` : ""}`;
}

/**
 * Returns the error of an image pull without the prefixes that the kubelet adds during a backoff. So the text does not
 * change when a backoff starts.
 */
function pullError(message = ""): string {
  return message.replace(/^Back-off pulling image "[^"]*":? ?/, "").replace(/^ErrImagePull: /, "");
}

function lastLine(text = ""): string {
  return text.trimEnd().split("\n").at(-1)?.trim() ?? "";
}

/** Returns the progress of a pod without a known problem. */
function progressOf(pod: Pod): string {
  if (!pod.spec?.nodeName) return "is not scheduled yet";
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const init = initContainerStatuses.find(isStarting);
  const starting = init ?? containerStatuses.find(isStarting);
  if (!starting) return "its node has not started the containers yet";
  const { name, started } = starting;
  if (init && !isSidecar(init, pod)) return `init container "${name}" runs and has not ended yet`;
  return started
    ? `container "${name}" runs and is not ready yet`
    : `container "${name}" runs, and its startup probe has not succeeded yet`;
}

function isStarting({ ready, state }: V1ContainerStatus): boolean {
  return !ready && state?.running !== undefined;
}

function isRunning({ status }: Pod): boolean {
  return status?.containerStatuses?.some(({ state }) => state?.running) ?? false;
}

function hasStarted({ status }: Pod): boolean {
  return status?.containerStatuses?.some((one) => isStarting(one) && one.started) ?? false;
}

/**
 * Returns the text of a recent event that explains why a pod is not ready. If there are several texts, returns the
 * alphabetically first one, so that simultaneous causes do not alternate. For a scheduled pod, ignores events of the
 * scheduler. For a running pod, ignores all events except probe failures.
 */
function eventCause(pod: Pod, events: readonly CoreEvent[]): string | undefined {
  const applies = ({ reason }: CoreEvent) =>
    isRunning(pod) ? reason === "Unhealthy" : !pod.spec?.nodeName || reason !== "FailedScheduling";
  return recentOf(events.filter(applies)).map(eventText).sort()[0];
}

function recentOf(events: readonly CoreEvent[]): CoreEvent[] {
  const latestMs = Math.max(...events.map(timeOf));
  return events.filter((event) => timeOf(event) >= latestMs - RECENT_MS);
}

/** Returns the time of the last occurrence of an event in milliseconds; 0 if the event does not contain a time. */
function timeOf({ series, deprecatedLastTimestamp, eventTime, metadata }: CoreEvent): number {
  const time = series?.lastObservedTime ?? deprecatedLastTimestamp ?? eventTime ??
    metadata.creationTimestamp ?? "";
  return Date.parse(time) || 0;
}

function eventText({ reason, note }: CoreEvent): string {
  return shorten(reason ?? "Warning", note);
}

function shorten(text: string, detail = ""): string {
  const stable = detail.trim().replaceAll(CONTAINER_IDS, "…").replaceAll(LOCAL_ADDRESSES, "");
  const whole = stable ? `${text}: ${stable}` : text;
  return whole.length > MAX_TEXT ? `${whole.slice(0, MAX_TEXT - 1)}…` : whole;
}
