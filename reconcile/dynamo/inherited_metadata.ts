import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { ANNOTATIONS, LABELS } from "../../crds/labels.ts";
import { modelHash } from "./model_service_name.ts";

/** Labels that a component passes on to its Deployment, pods and Service. */
export function passedLabels({ metadata, spec }: DynamoComponentDeployment) {
  const model = spec.modelRef?.name;
  return {
    ...spec.labels,
    ...metadata.labels,
    ...(model && { [LABELS.baseModelHash]: modelHash(model) }),
  };
}

/** Annotations that a component passes on to its Deployment and Service; pods have only their own. */
export function passedAnnotations({ spec }: DynamoComponentDeployment) {
  const model = spec.modelRef?.name;
  return {
    ...spec.annotations,
    ...spec.extraPodMetadata?.annotations,
    ...(model && { [ANNOTATIONS.baseModel]: model }),
  };
}
