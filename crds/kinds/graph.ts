import { z } from "zod";
import { backendFramework, componentSpec } from "./component_spec.ts";
import { conditions, observedGeneration, unobserved } from "../fields/condition.ts";
import { envVars } from "../fields/pod_spec.ts";
import { AGE, column, conditionPath, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { serviceNameRules } from "./graph_name_rules.ts";
import { MAX_SERVICES, restart, restartOrderRule, restartStatus } from "./graph_restart.ts";
import { dynamoGraphDeploymentNames } from "../names.ts";
import { pvc } from "../fields/volumes.ts";
import { immutable, required, rules, specIsRequired } from "../fields/rules.ts";
import { serviceReplicaStatus } from "./component.ts";

const graphSpec = z.object({
  backendFramework: backendFramework.describe(
    "Inference framework of the workers. If it is omitted, the operator derives it from the commands of the workers. Immutable.",
  ).optional(),
  envs: envVars(
    "Environment variables of all services. A service can override each of them by name.",
  ).optional(),
  pvcs: z.array(pvc).meta({
    maxItems: 100,
    description: "PersistentVolumeClaims that the services mount.",
  }).optional(),
  services: z.record(z.string(), componentSpec).meta({
    maxProperties: MAX_SERVICES,
    description: "Components of the graph by name. At least one component is required.",
  }).optional(),
  restart: restart.optional(),
}).meta({
  description: "Desired state of the graph.",
  ...rules(
    required(
      "services",
      "has(self.services) && size(self.services) > 0",
      "services must have at least one service; add one under spec.services",
    ),
    immutable(
      "backendFramework",
      "backendFramework is immutable and cannot be changed after creation; create a new graph for another framework",
    ),
    restartOrderRule,
  ),
});

const graphStatus = z.object({
  observedGeneration: observedGeneration(
    "Generation of the graph that the status describes; -1 before the first status.",
  ).optional(),
  state: z.string().describe(
    "State of the graph: pending until all services are ready, then successful; failed if the operator cannot deploy the graph.",
  ).optional(),
  conditions: conditions("Conditions of the graph, such as Ready.").optional(),
  orchestrator: z.string().describe(
    "Orchestrator that runs the pods of the graph: deployment, lws (some services run as LeaderWorkerSets) or grove. It stays the same if another one is installed later. Annotation nvidia.com/orchestrator changes it.",
  ).optional(),
  services: z.record(z.string(), serviceReplicaStatus).describe(
    "Replica counts of each service, by the key of the service in spec.services.",
  ).optional(),
  restart: restartStatus.optional(),
}).meta({ description: "Observed state of the graph.", ...unobserved() });

/** The desired state of a graph. */
export type GraphSpec = z.input<typeof graphSpec>;
/** The observed state of a graph. */
export type GraphStatus = z.input<typeof graphStatus>;

/** An inference graph: frontends, workers and planners that are deployed together. */
export interface DynamoGraphDeployment extends CustomObject {
  spec: GraphSpec;
  status?: GraphStatus;
}

/** The API of DynamoGraphDeployment. */
export const dynamoGraphDeployment: CustomKind = {
  names: dynamoGraphDeploymentNames,
  shortNames: ["dgd"],
  versions: [{
    ...V1ALPHA1,
    description: "An inference graph: frontends, workers and planners that are deployed together.",
    spec: graphSpec,
    status: graphStatus,
    rules: [specIsRequired("spec.services"), ...serviceNameRules],
    columns: [
      column("Ready", conditionPath("Ready"), "Whether all services are ready."),
      column("State", ".status.state", "State of the graph: pending, successful or failed."),
      column("Backend", ".spec.backendFramework", "Inference framework of the workers."),
      AGE,
    ],
  }],
};
