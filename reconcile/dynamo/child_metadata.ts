import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import type { ObjectMeta } from "../../kube/object.ts";
import { modelHash } from "./names.ts";
import type { ServiceInput } from "./service_input.ts";

/** Labels or annotations. */
export type StringMap = Record<string, string>;

/** Labels that the operator sets on every component of a graph, and on all objects of the component. */
const GRAPH_LABELS: readonly string[] = [
  LABELS.component,
  LABELS.dynamoNamespace,
  LABELS.graphName,
];

/**
 * Returns the metadata of a child: the name and namespace of its service, and the given labels and annotations. Omits
 * empty maps.
 */
export function childMetadata(
  { name, namespace }: ServiceInput,
  { labels = {}, annotations = {} }: {
    labels?: StringMap | undefined;
    annotations?: StringMap | undefined;
  },
): ObjectMeta {
  return {
    name,
    ...(namespace && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/**
 * Returns the labels of a service's workload, Service and routes. The labels come only from the spec. The operator does
 * not copy labels in the metadata of a graph or a component, such as labels of Argo CD, Flux or Velero.
 *
 * @param ofObject additional labels from the user; the labels of the graph and the model override them
 */
export function objectLabels({ spec }: ServiceInput, ofObject: StringMap = {}): StringMap {
  return { ...spec.labels, ...ofObject, ...graphLabels(spec.labels), ...modelLabel(spec) };
}

/**
 * Returns the labels of a service's pods, without labels that depend on the orchestrator. As in the Go operator, the
 * pods of a graph do not get the `labels` in the service's spec. Users set labels of pods in `extraPodMetadata`.
 *
 * @param ofComponent labels in the metadata of the component; in a standalone component, these labels override the
 *   labels in its spec
 */
export function commonPodLabels(
  { graphName, spec }: ServiceInput,
  ofComponent: StringMap,
): StringMap {
  const labels = graphName
    ? { ...ofComponent, ...graphLabels(spec.labels) }
    : { ...spec.labels, ...ofComponent };
  return { ...labels, ...modelLabel(spec) };
}

/** Returns the annotations of a service's workload and Service. The pods of the service have other annotations. */
export function objectAnnotations({ spec }: ServiceInput): StringMap {
  const model = spec.modelRef?.name;
  return {
    ...spec.annotations,
    ...spec.extraPodMetadata?.annotations,
    ...(model && { [ANNOTATIONS.baseModel]: model }),
  };
}

function graphLabels(labels: StringMap = {}): StringMap {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => GRAPH_LABELS.includes(key)));
}

function modelLabel({ modelRef }: ServiceInput["spec"]): StringMap {
  return modelRef?.name ? { [LABELS.baseModelHash]: modelHash(modelRef.name) } : {};
}
