import type { V1ServicePort } from "@kubernetes/client-node";
import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { LABELS } from "../../crds/labels.ts";
import type { Service } from "../../kube/builtin.ts";
import { passedAnnotations, passedLabels } from "../dynamo/inherited_metadata.ts";
import { isFrontend } from "../dynamo/component_type.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { discoveryBackend } from "../dynamo/discovery.ts";
import { labelValue } from "../dynamo/label_value.ts";
import { PlanError } from "../dynamo/plan_error.ts";
import { HTTP_PORT, SYSTEM_PORT } from "../pod/ports.ts";
import { podLabels } from "../pod/pod_template.ts";
import { childMetadata } from "../dynamo/child_metadata.ts";

/**
 * The Service of a component: the HTTP port of a frontend, the status port of anything else.
 *
 * @throws {PlanError} if the component has no logical namespace
 */
export function serviceManifest(
  component: DynamoComponentDeployment,
  config: PlatformConfig,
): Service {
  const { metadata: { name }, spec } = component;
  const labels = { ...passedLabels(component), ...discoveryLabels(component, config) };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: childMetadata(component, name, labels, passedAnnotations(component)),
    spec: { selector: selectorOf(component), ports: [portOf(spec)] },
  };
}

/** By these labels pods find the Services of their peers; a frontend is nobody's peer. */
function discoveryLabels({ spec }: DynamoComponentDeployment, config: PlatformConfig) {
  if (discoveryBackend(spec.annotations, config) !== "kubernetes") return {};
  return {
    [LABELS.discoveryBackend]: "kubernetes",
    ...(!isFrontend(spec) && { [LABELS.discoveryEnabled]: "true" }),
  };
}

/**
 * Selects by type and logical namespace, and by the component's name where its pods carry it: without that, two
 * components of one type would select each other's pods (ai-dynamo/dynamo#6113). Only labels that the pods really
 * have are asked for; those of a component without the label of its namespace are known by their Deployment.
 */
function selectorOf(component: DynamoComponentDeployment): Record<string, string> {
  const { metadata: { name }, spec } = component;
  if (spec.dynamoNamespace === undefined) {
    throw new PlanError(
      "dynamoNamespace",
      `expected DynamoComponentDeployment ${name} to have a dynamoNamespace: set it to the ` +
        "logical namespace in which its pods find each other",
    );
  }
  const pods = podLabels(component);
  const selector: Record<string, string> = {};
  for (const key of [LABELS.componentType, LABELS.dynamoNamespace, LABELS.component]) {
    const value = pods[key];
    if (value) selector[key] = value;
  }
  if (selector[LABELS.dynamoNamespace] !== labelValue(spec.dynamoNamespace)) {
    delete selector[LABELS.dynamoNamespace];
    selector[LABELS.selector] = labelValue(name);
  }
  return selector;
}

function portOf(spec: DynamoComponentDeployment["spec"]): V1ServicePort {
  return isFrontend(spec)
    ? { name: "http", port: HTTP_PORT, targetPort: "http", protocol: "TCP" }
    : { name: "system", port: SYSTEM_PORT, targetPort: "system", protocol: "TCP" };
}
