import { z } from "zod";
import { backendFramework, backendFrameworkIsImmutable } from "../fields/backend_framework.ts";
import { componentSpec } from "./component_spec.ts";
import { conditions } from "../fields/condition.ts";
import { envVars } from "../fields/core_types.ts";
import { AGE, conditionPath, type CustomKind } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { serviceNameRules } from "./graph_name_rules.ts";
import { generation } from "../fields/integer.ts";
import { dynamoGraphDeploymentNames } from "../names.ts";
import { pvc } from "../fields/pvc.ts";
import { rules } from "../fields/rules.ts";
import { serviceReplicaStatus } from "../fields/service_replica_status.ts";
import { specIsRequired } from "../fields/spec_is_required.ts";

const graphSpec = z.object({
  backendFramework: backendFramework.describe(
    "Inference engine of the workers; read from their commands if not given. It cannot be changed later.",
  ).optional(),
  envs: envVars("Environment variables of all services; a service's own win.").optional(),
  pvcs: z.array(pvc).meta({
    maxItems: 100,
    description: "PersistentVolumeClaims that the services mount.",
  }).optional(),
  services: z.record(z.string(), componentSpec).meta({
    maxProperties: 25,
    description: "The components of the graph by name; at least one.",
  }).optional(),
}).meta({
  description: "The wanted graph.",
  ...rules({
    rule: "has(self.services) && size(self.services) > 0",
    message: "services must have at least one service; add one under spec.services",
    fieldPath: ".services",
    reason: "FieldValueRequired",
  }, backendFrameworkIsImmutable("create a new graph for another backend")),
});

const graphStatus = z.object({
  observedGeneration: generation("Generation of the graph that this status was computed from.")
    .optional(),
  state: z.string().describe(
    "pending while something is missing, successful when all services are ready, failed when the graph cannot be carried out.",
  ).optional(),
  conditions: conditions("Ready, and why not.").optional(),
  services: z.record(z.string(), serviceReplicaStatus).describe("Replicas by service.").optional(),
}).describe("What became of the graph.");

export type GraphSpec = z.input<typeof graphSpec>;
export type GraphStatus = z.input<typeof graphStatus>;

/** An inference graph: frontends, workers and planners that belong together. */
export interface DynamoGraphDeployment extends CustomObject {
  spec: GraphSpec;
  status?: GraphStatus;
}

export const dynamoGraphDeployment: CustomKind = {
  names: dynamoGraphDeploymentNames,
  shortNames: ["dgd"],
  versions: [
    {
      name: "v1alpha1",
      served: true,
      storage: true,
      description:
        "An inference graph: frontends, workers and planners that are deployed together.",
      spec: graphSpec,
      status: graphStatus,
      rules: [specIsRequired("spec.services"), ...serviceNameRules],
      columns: [
        {
          name: "Ready",
          type: "string",
          jsonPath: conditionPath("Ready"),
          description: "Whether all services are ready.",
        },
        {
          name: "State",
          type: "string",
          jsonPath: ".status.state",
          description: "pending, successful or failed.",
        },
        {
          name: "Backend",
          type: "string",
          jsonPath: ".spec.backendFramework",
          description: "Inference engine of the workers.",
        },
        AGE,
      ],
    },
  ],
};
