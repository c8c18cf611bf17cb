import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import type { DdbctlDpJob } from "../../crds/kinds/partition_job.ts";
import {
  ddbctlDpJobNames,
  dynamoComponentDeploymentNames,
  dynamoGraphDeploymentNames,
} from "../../crds/names.ts";
import type { Resource } from "../../kube/resource.ts";

export const graphs: Resource<DynamoGraphDeployment> = dynamoGraphDeploymentNames;
export const components: Resource<DynamoComponentDeployment> = dynamoComponentDeploymentNames;
export const partitionJobs: Resource<DdbctlDpJob> = ddbctlDpJobNames;
