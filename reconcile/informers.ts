import type { DynamoComponentDeployment } from "../crds/kinds/component.ts";
import type { DynamoGraphDeployment } from "../crds/kinds/graph.ts";
import type { DdbctlDpJob } from "../crds/kinds/partition_job.ts";
import {
  type ClusterRole,
  clusterRoles,
  type Deployment,
  deployments,
  type Ingress,
  ingresses,
  type Job,
  jobs,
  type PersistentVolumeClaim,
  persistentVolumeClaims,
  pods,
  type Role,
  type RoleBinding,
  roleBindings,
  roles,
  secrets,
  type Service,
  type ServiceAccount,
  serviceAccounts,
  services,
} from "../kube/builtin.ts";
import type { Informer } from "../kube/informer.ts";
import type { KubeObject } from "../kube/object.ts";
import type { Resource } from "../kube/resource.ts";
import type { IndexFunctions } from "../kube/store.ts";
import type { Manager } from "./engine/manager.ts";
import { type StoredKinds, storedKinds } from "./apply/stored_kinds.ts";
import { accountIndexes, componentIndexes } from "./component/watch_keys.ts";
import { graphIndexes } from "./graph/watch_keys.ts";
import { components, graphs, partitionJobs } from "./dynamo/resources.ts";
import { jobIndexes, partitionPodIndexes } from "./partition/watch_keys.ts";
import { PARTITION_SELECTOR } from "./partition/job.ts";
import { type PartitionPod, partitionPod } from "./partition/pod.ts";
import type { PlatformConfig } from "./dynamo/platform_config.ts";
import { DOCKER_CONFIG_TYPE, type PullSecret, pullSecret } from "./pod/pull_secrets.ts";
import { keepWhatIsOurs, withoutLastApplied } from "./dynamo/projection.ts";

/** Everything that the controllers read of the cluster, each kind watched once. */
export interface Informers {
  graphs: Informer<DynamoGraphDeployment>;
  components: Informer<DynamoComponentDeployment>;
  deployments: Informer<Deployment>;
  services: Informer<Service>;
  ingresses: Informer<Ingress>;
  claims: Informer<PersistentVolumeClaim>;
  serviceAccounts: Informer<ServiceAccount>;
  roles: Informer<Role>;
  roleBindings: Informer<RoleBinding>;
  /** The planner's ClusterRole alone; absent if the installation names none. */
  clusterRoles: Informer<ClusterRole> | undefined;
  /** Absent if the operator shall not look for them. */
  pullSecrets: Informer<PullSecret> | undefined;
  partitionJobs: Informer<DdbctlDpJob>;
  /** Those of partition jobs alone. */
  jobs: Informer<Job>;
  partitionPods: Informer<PartitionPod>;
}

/** Index of children by the UID of any of their owners. */
export const BY_OWNER = "owner";

const byOwner = {
  [BY_OWNER]: ({ metadata }: KubeObject) =>
    (metadata.ownerReferences ?? []).map((owner) => owner.uid),
};

/** @param platform what the planner's role is called, whether it is ours to bind to, whether Secrets may be read */
export function createInformers(
  manager: Manager,
  platform: Pick<
    PlatformConfig,
    "plannerClusterRoleName" | "plannerAccessGiven" | "pullSecretDiscovery"
  >,
): Informers {
  const plannerClusterRole = platform.plannerAccessGiven ? "" : platform.plannerClusterRoleName;
  const children = <T extends KubeObject>(resource: Resource<T>, indexes?: IndexFunctions<T>) =>
    manager.informer(resource, {
      project: keepWhatIsOurs,
      indexes: { ...byOwner, ...indexes },
    });
  return {
    graphs: manager.informer(graphs, { project: withoutLastApplied, indexes: graphIndexes }),
    components: manager.informer(components, {
      project: withoutLastApplied,
      indexes: { ...byOwner, ...componentIndexes },
    }),
    deployments: children(deployments),
    services: children(services),
    ingresses: children(ingresses),
    claims: children(persistentVolumeClaims),
    serviceAccounts: children(serviceAccounts, accountIndexes),
    roles: children(roles),
    // Whole, for a planner's binding has no owner and may have been made by the chart.
    roleBindings: manager.informer(roleBindings, {
      project: withoutLastApplied,
      indexes: byOwner,
    }),
    clusterRoles: plannerClusterRole
      ? manager.informer(clusterRoles, { fieldSelector: `metadata.name=${plannerClusterRole}` })
      : undefined,
    pullSecrets: platform.pullSecretDiscovery
      ? manager.informer(secrets, {
        fieldSelector: `type=${DOCKER_CONFIG_TYPE}`,
        project: pullSecret,
      })
      : undefined,
    partitionJobs: manager.informer(partitionJobs, {
      project: withoutLastApplied,
    }),
    jobs: manager.informer(jobs, {
      labelSelector: PARTITION_SELECTOR,
      project: withoutLastApplied,
      indexes: jobIndexes,
    }),
    partitionPods: manager.informer(pods, {
      labelSelector: PARTITION_SELECTOR,
      project: partitionPod,
      indexes: partitionPodIndexes,
    }),
  };
}

/** Where the executor finds the kinds that the controllers write. */
export function writtenKinds(informers: Informers): StoredKinds {
  const stored = <T extends KubeObject>(resource: Resource<T>, { store }: Informer<T>) => ({
    resource: resource as unknown as Resource<KubeObject>,
    store,
  });
  return storedKinds([
    stored(components, informers.components),
    stored(deployments, informers.deployments),
    stored(services, informers.services),
    stored(ingresses, informers.ingresses),
    stored(persistentVolumeClaims, informers.claims),
    stored(serviceAccounts, informers.serviceAccounts),
    stored(roles, informers.roles),
    stored(roleBindings, informers.roleBindings),
  ]);
}
