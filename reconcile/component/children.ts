import { ingresses, secrets, serviceAccounts, services } from "../../kube/builtin.ts";
import type { ChildSettings } from "../dynamo/platform_config.ts";
import { reduceForeign, withoutApplyHistory } from "../dynamo/projection.ts";
import { components, graphs } from "../dynamo/resources.ts";
import { APPLY_AND_PRUNE, childKind, CHILDREN_SETTLE_MS, ownKind } from "../engine/child_kind.ts";
import { DOCKER_CONFIG_TYPE, pullSecret } from "../pod/pull_secrets.ts";
import { workloads } from "../workload/workloads.ts";
import {
  accountIndexes,
  componentIndexes,
  componentsOfChild,
  componentsOfNamespace,
  componentsOfPausedGraph,
  componentsOfPodAccount,
  componentsOfService,
} from "./watch_keys.ts";

/** The Secrets that pods pull images with. The store keeps only the hosts of their registries. */
export const pullSecrets = childKind({
  resource: secrets,
  fieldSelector: `type=${DOCKER_CONFIG_TYPE}`,
  project: pullSecret,
  keys: componentsOfNamespace,
});

/** Returns all kinds that the component controller reads and writes. */
export function componentKinds({ pullSecretDiscovery }: ChildSettings) {
  const planned = {
    project: reduceForeign,
    settleMs: CHILDREN_SETTLE_MS,
    verbs: APPLY_AND_PRUNE,
  };
  const workloadKinds = Object.fromEntries(
    workloads.flatMap(({ resources }) => resources).map((resource) => [
      resource.plural,
      childKind({ ...planned, resource, keys: componentsOfChild }),
    ]),
  );
  return {
    own: ownKind({
      resource: components,
      project: withoutApplyHistory,
      indexes: componentIndexes,
      verbs: ["patch"],
    }),
    children: {
      ...workloadKinds,
      services: childKind({ ...planned, resource: services, keys: componentsOfService }),
      ingresses: childKind({ ...planned, resource: ingresses, keys: componentsOfChild }),
      graphs: childKind({
        resource: graphs,
        project: withoutApplyHistory,
        keys: componentsOfPausedGraph,
      }),
      podAccounts: childKind({
        resource: serviceAccounts,
        project: reduceForeign,
        indexes: accountIndexes,
        keys: componentsOfPodAccount,
      }),
      pullSecrets: pullSecretDiscovery ? pullSecrets : undefined,
    },
  };
}
