import { z } from "zod";
import { backendFramework, backendFrameworkIsImmutable } from "../fields/backend_framework.ts";
import { componentSpec } from "./component_spec.ts";
import { conditions } from "../fields/condition.ts";
import { AGE, conditionPath, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { generation } from "../fields/integer.ts";
import { dynamoComponentDeploymentNames } from "../names.ts";
import { rules } from "../fields/rules.ts";
import { serviceReplicaStatus } from "../fields/service_replica_status.ts";
import { specIsRequired } from "../fields/spec_is_required.ts";
import { stringMap } from "../fields/string_map.ts";

const ownSpec = componentSpec.extend({
  backendFramework: backendFramework.describe(
    "Inference framework of the component. If it is omitted, the operator derives it from the command. Immutable.",
  ).optional(),
}).meta({
  description: "Desired state of the component.",
  ...rules(backendFrameworkIsImmutable("create a new component for another framework")),
});

const componentStatus = z.object({
  observedGeneration: generation("Generation of the component that the status describes.")
    .optional(),
  conditions: conditions("Conditions: Available and DynamoComponentReady."),
  podSelector: stringMap("Deprecated: the operator does not set it.").optional(),
  service: serviceReplicaStatus.describe("Replicas of the component.").optional(),
}).describe("Observed state of the component.");

/** The desired state of a component. */
export type DynamoComponentDeploymentSpec = z.input<typeof ownSpec>;
/** The observed state of a component. */
export type ComponentStatus = z.input<typeof componentStatus>;

/** One component. The operator creates one for each service of a graph; users can create others. */
export interface DynamoComponentDeployment extends CustomObject {
  spec: DynamoComponentDeploymentSpec;
  status?: ComponentStatus;
}

/** The API of DynamoComponentDeployment. */
export const dynamoComponentDeployment: CustomKind = {
  names: dynamoComponentDeploymentNames,
  shortNames: ["dcd"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description:
        "A component of an inference graph. The operator creates its workload, Service and Ingress.",
      spec: ownSpec,
      status: componentStatus,
      rules: [specIsRequired("spec.componentType")],
      columns: [
        {
          name: "Type",
          type: "string",
          jsonPath: ".spec.componentType",
          description: "Type of the component.",
        },
        {
          name: "Ready",
          type: "string",
          jsonPath: conditionPath("Available"),
          description: "Whether all replicas of the newest generation are available.",
        },
        {
          name: "Replicas",
          type: "integer",
          jsonPath: ".status.service.replicas",
          description: "Number of replicas that exist.",
        },
        AGE,
      ],
    },
  ],
};
