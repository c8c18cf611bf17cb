import { z } from "zod";
import { backendFramework, componentSpec } from "./component_spec.ts";
import { conditions, observedGeneration, unobserved } from "../fields/condition.ts";
import { AGE, column, conditionPath, type CustomKind, V1ALPHA1 } from "../custom_kind.ts";
import type { CustomObject } from "../custom_object.ts";
import { count, stringMap } from "../fields/basic_types.ts";
import { dynamoComponentDeploymentNames } from "../names.ts";
import { immutable, type Rule, rules, specIsRequired } from "../fields/rules.ts";

const ownSpec = componentSpec.extend({
  backendFramework: backendFramework.describe(
    "Inference framework of the component. If it is omitted, the operator derives it from the command. Immutable.",
  ).optional(),
}).meta({
  description: "Desired state of the component.",
  ...rules(immutable(
    "backendFramework",
    "backendFramework is immutable and cannot be changed after creation; create a new component for another framework",
  )),
});

/**
 * The schema of the replica counts of one service, with the kind and name of the workload that runs the replicas.
 *
 * @internal
 */
export const serviceReplicaStatus = z.object({
  componentKind: z.enum(["PodClique", "PodCliqueScalingGroup", "Deployment", "LeaderWorkerSet"])
    .describe("Kind of the workload."),
  componentName: z.string().describe("Name of the workload."),
  replicas: count("Number of existing replicas, excluding terminated replicas."),
  updatedReplicas: count("Number of replicas that run the newest revision."),
  readyReplicas: count(
    "Number of ready replicas. Absent if the kind of the workload does not report it.",
  ).optional(),
  availableReplicas: count(
    "Number of available replicas. Absent if the kind of the workload does not report it.",
  ).optional(),
}).describe("Replica counts of one service.");

/** Requires that the name of a new component is a valid Service name, because its Service has the same name. */
const nameRule: Rule = {
  rule:
    "oldSelf.hasValue() || (size(self.metadata.name) <= 63 && self.metadata.name.matches('^[a-z]([-a-z0-9]*[a-z0-9])?$'))",
  message:
    "metadata.name must consist of at most 63 lower-case letters, digits and hyphens, begin with a letter and end with a letter or digit, because the Service of the component has the same name; rename the component",
  optionalOldSelf: true,
};

const componentStatus = z.object({
  observedGeneration: observedGeneration(
    "Generation of the component that the status describes; -1 before the first status.",
  ).optional(),
  conditions: conditions("Conditions: Available and DynamoComponentReady."),
  podSelector: stringMap("Deprecated: the operator does not set it.").optional(),
  service: serviceReplicaStatus.describe("Replica counts of the component.").optional(),
}).meta({ description: "Observed state of the component.", ...unobserved({ conditions: [] }) });

/** The desired state of a component. */
export type DynamoComponentDeploymentSpec = z.input<typeof ownSpec>;
/** The observed state of a component. */
export type ComponentStatus = z.input<typeof componentStatus>;

/** A component. The operator creates one for each service of a graph. Users can also create components. */
export interface DynamoComponentDeployment extends CustomObject {
  spec: DynamoComponentDeploymentSpec;
  status?: ComponentStatus;
}

/** The API of DynamoComponentDeployment. */
export const dynamoComponentDeployment: CustomKind = {
  names: dynamoComponentDeploymentNames,
  shortNames: ["dcd"],
  versions: [{
    ...V1ALPHA1,
    description:
      "A component of an inference graph. The operator creates its workload, Service, Ingress and VirtualService.",
    spec: ownSpec,
    status: componentStatus,
    rules: [specIsRequired("spec.componentType"), nameRule],
    columns: [
      column("Type", ".spec.componentType", "Type of the component."),
      column(
        "Ready",
        conditionPath("Available"),
        "Whether all replicas of the newest generation are available.",
      ),
      column("Replicas", ".status.service.replicas", "Number of replicas that exist.", "integer"),
      AGE,
    ],
  }],
};
