import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import {
  ddbctlDpJobNames,
  dynamoComponentDeploymentNames,
  dynamoGraphDeploymentNames,
} from "../../crds/names.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import { resource } from "../../kube/resource.ts";
import { customShapes } from "./custom_shapes.ts";

export const graphs = resource<DynamoGraphDeployment>(dynamoGraphDeploymentNames, customShapes);
export const components = resource<DynamoComponentDeployment>(
  dynamoComponentDeploymentNames,
  customShapes,
);
export const partitionJobs = resource<DdbctlDpJob>(ddbctlDpJobNames, customShapes);
