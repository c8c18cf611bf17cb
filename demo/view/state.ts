import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { Deployment, Pod } from "../../kube/builtin.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Tone } from "./line.ts";
import { hasSeenNewest } from "../world/generation.ts";
import { graphObject } from "../world/snapshot.ts";

/** What the tree shows of one object beside its name. */
export interface State {
  /** Ready and wanted replicas (of a pod: containers), as `1/2`. */
  ready: string;
  /** A word or two, those of the object's own status where it has some. */
  text: string;
  tone: Tone;
}

const UNSEEN: Pick<State, "text" | "tone"> = { text: "new", tone: "dim" };
/** Its status speaks of an older generation, which may have been successful when this one is not yet. */
const CHANGED: Pick<State, "text" | "tone"> = { text: "changed", tone: "busy" };
const DELETING: Pick<State, "text" | "tone"> = { text: "Terminating", tone: "dim" };

/** The state of an object as its status tells it; undefined for kinds that have none. */
export function stateOf(object: KubeObject): State | undefined {
  const known = graphObject(object);
  switch (known.of) {
    case "graph":
      return deletingOr(known.object, graphState(known.object));
    case "component":
      return deletingOr(known.object, componentState(known.object));
    case "deployment":
      return deletingOr(known.object, deploymentState(known.object));
    case "pod":
      return deletingOr(known.object, podState(known.object));
    case "other":
      return undefined;
  }
}

function deletingOr({ metadata }: KubeObject, state: State): State {
  return metadata.deletionTimestamp ? { ...state, ...DELETING } : state;
}

function graphState({ metadata, spec, status }: DynamoGraphDeployment): State {
  let wanted = 0;
  let ready = 0;
  for (const [name, service] of Object.entries(spec.services ?? {})) {
    wanted += service.replicas ?? 1;
    ready += status?.services?.[name]?.readyReplicas ?? 0;
  }
  const word = status && !hasSeenNewest({ metadata, status }) ? CHANGED : graphWord(status?.state);
  return { ready: `${ready}/${wanted}`, ...word };
}

function graphWord(state: string | undefined): Pick<State, "text" | "tone"> {
  switch (state) {
    case undefined:
      return UNSEEN;
    case "successful":
      return { text: state, tone: "good" };
    case "failed":
      return { text: state, tone: "bad" };
    default:
      return { text: state, tone: "busy" };
  }
}

function componentState({ metadata, spec, status }: DynamoComponentDeployment): State {
  const ready = `${status?.service?.readyReplicas ?? 0}/${spec.replicas ?? 1}`;
  const available = status?.conditions?.find(({ type }) => type === "Available");
  if (available === undefined) return { ready, ...UNSEEN };
  if (!hasSeenNewest({ metadata, status })) return { ready, ...CHANGED };
  if (available.status === "True") return { ready, text: "Available", tone: "good" };
  return { ready, text: available.reason, tone: "busy" };
}

function deploymentState({ metadata, spec, status }: Deployment): State {
  const wanted = spec?.replicas ?? 1;
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0 } = status ?? {};
  const ready = `${status?.readyReplicas ?? 0}/${wanted}`;
  const done = hasSeenNewest({ metadata, status }) &&
    [replicas, updatedReplicas, availableReplicas].every((n) => n === wanted);
  return done
    ? { ready, text: "rolled out", tone: "good" }
    : { ready, text: "rolling out", tone: "busy" };
}

function podState({ spec, status }: Pod): State {
  const containers = status?.containerStatuses ?? [];
  const readyCount = containers.filter(({ ready }) => ready).length;
  const waiting = containers.find(({ state }) => state?.waiting?.reason)?.state?.waiting?.reason;
  const text = waiting ?? status?.phase ?? "Pending";
  const isReady = status?.conditions?.some(({ type, status }) =>
    type === "Ready" && status === "True"
  );
  const tone = isReady ? "good" : text === "Failed" ? "bad" : "busy";
  return { ready: `${readyCount}/${spec?.containers.length ?? 0}`, text, tone };
}
