import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import type { ObjectMeta } from "../../kube/object.ts";
import { modelHash } from "./names.ts";
import type { ServiceInput } from "./service_input.ts";

/** Returns the metadata of a child, which has the name and namespace of its service. Empty maps are omitted. */
export function childMetadata(
  { name, namespace }: ServiceInput,
  { labels = {}, annotations = {} }: {
    labels?: Record<string, string> | undefined;
    annotations?: Record<string, string> | undefined;
  },
): ObjectMeta {
  return {
    name,
    ...(namespace && { namespace }),
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}

/** Returns the labels that a service passes on to its workload, pods and Service. */
export function inheritedLabels({ labels, spec }: ServiceInput): Record<string, string> {
  const model = spec.modelRef?.name;
  return {
    ...spec.labels,
    ...labels,
    ...(model && { [LABELS.baseModelHash]: modelHash(model) }),
  };
}

/** Returns the annotations for the workload and the Service of a component. Pods do not inherit `spec.annotations`. */
export function inheritedAnnotations({ spec }: ServiceInput): Record<string, string> {
  const model = spec.modelRef?.name;
  return {
    ...spec.annotations,
    ...spec.extraPodMetadata?.annotations,
    ...(model && { [ANNOTATIONS.baseModel]: model }),
  };
}
