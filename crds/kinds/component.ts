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
    "Inference engine of the component; read from its command if not given. It cannot be changed later.",
  ).optional(),
}).meta({
  description: "The wanted component.",
  ...rules(backendFrameworkIsImmutable("create a new component for another backend")),
});

const componentStatus = z.object({
  observedGeneration: generation("Generation of the component that this status was computed from.")
    .optional(),
  conditions: conditions("Available, DynamoComponentReady, and why not."),
  podSelector: stringMap("Not used any more.").optional(),
  service: serviceReplicaStatus.describe("Replicas of the component.").optional(),
}).describe("What became of the component.");

export type DynamoComponentDeploymentSpec = z.input<typeof ownSpec>;
export type ComponentStatus = z.input<typeof componentStatus>;

/** One component of a graph on its own; the operator makes one for each service of a graph. */
export interface DynamoComponentDeployment extends CustomObject {
  spec: DynamoComponentDeploymentSpec;
  status?: ComponentStatus;
}

export const dynamoComponentDeployment: CustomKind = {
  names: dynamoComponentDeploymentNames,
  shortNames: ["dcd"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description: "One component of an inference graph, which becomes pods and a Service.",
      spec: ownSpec,
      status: componentStatus,
      rules: [specIsRequired("spec.componentType")],
      columns: [
        {
          name: "Type",
          type: "string",
          jsonPath: ".spec.componentType",
          description: "Role of the component.",
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
          description: "Replicas that exist.",
        },
        AGE,
      ],
    },
  ],
};
