import type {
  EventsV1Event,
  EventsV1EventSeries,
  V1ClusterRole,
  V1ConfigMap,
  V1Deployment,
  V1Ingress,
  V1Job,
  V1Lease,
  V1LeaseSpec,
  V1Namespace,
  V1PersistentVolumeClaim,
  V1Pod,
  V1Role,
  V1RoleBinding,
  V1Secret,
  V1Service,
  V1ServiceAccount,
} from "@kubernetes/client-node";
import { builtinShapes } from "./builtin_shapes.ts";
import type { KubeObject, Typed } from "./object.ts";
import { type Resource, resource } from "./resource.ts";

/** A model with the named members as the strings that travel in JSON, where the generated type has dates. */
type WithTimes<T, K extends keyof T> = Omit<T, K> & { [P in K]?: string };

export type ClusterRole = Typed<V1ClusterRole>;
export type ConfigMap = Typed<V1ConfigMap>;
export type Deployment = Typed<V1Deployment>;
export type Ingress = Typed<V1Ingress>;
export type Job = Typed<V1Job>;
export type Namespace = Typed<V1Namespace>;
export type PersistentVolumeClaim = Typed<V1PersistentVolumeClaim>;
export type Pod = Typed<V1Pod>;
export type Role = Typed<V1Role>;
export type RoleBinding = Typed<V1RoleBinding>;
export type Secret = Typed<V1Secret>;
export type Service = Typed<V1Service>;
export type ServiceAccount = Typed<V1ServiceAccount>;

/** `coordination.k8s.io` Lease; its times are MicroTime strings. */
export type Lease = Omit<Typed<V1Lease>, "spec"> & {
  spec?: WithTimes<V1LeaseSpec, "acquireTime" | "renewTime">;
};

/** `events.k8s.io` Event (not the core one); its times are MicroTime strings. */
export type CoreEvent =
  & Omit<
    WithTimes<
      Typed<EventsV1Event>,
      "eventTime" | "deprecatedFirstTimestamp" | "deprecatedLastTimestamp"
    >,
    "series"
  >
  & { series?: Omit<EventsV1EventSeries, "lastObservedTime"> & { lastObservedTime: string } };

function builtin<T extends KubeObject>(names: Parameters<typeof resource<T>>[0]): Resource<T> {
  return resource<T>(names, builtinShapes);
}

const namespaced = true;
const rbac = { group: "rbac.authorization.k8s.io", version: "v1" };
const core = { group: "", version: "v1" };

export const clusterRoles = builtin<ClusterRole>({
  ...rbac,
  kind: "ClusterRole",
  plural: "clusterroles",
  namespaced: false,
});

export const configMaps = builtin<ConfigMap>({
  ...core,
  kind: "ConfigMap",
  plural: "configmaps",
  namespaced,
});

export const deployments = builtin<Deployment>({
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  namespaced,
});

export const events = builtin<CoreEvent>({
  group: "events.k8s.io",
  version: "v1",
  kind: "Event",
  plural: "events",
  namespaced,
});

export const ingresses = builtin<Ingress>({
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  namespaced,
});

export const jobs = builtin<Job>({
  group: "batch",
  version: "v1",
  kind: "Job",
  plural: "jobs",
  namespaced,
});

export const leases = builtin<Lease>({
  group: "coordination.k8s.io",
  version: "v1",
  kind: "Lease",
  plural: "leases",
  namespaced,
});

export const namespaces = builtin<Namespace>({
  ...core,
  kind: "Namespace",
  plural: "namespaces",
  namespaced: false,
});

export const persistentVolumeClaims = builtin<PersistentVolumeClaim>({
  ...core,
  kind: "PersistentVolumeClaim",
  plural: "persistentvolumeclaims",
  namespaced,
});

export const pods = builtin<Pod>({ ...core, kind: "Pod", plural: "pods", namespaced });

export const roleBindings = builtin<RoleBinding>({
  ...rbac,
  kind: "RoleBinding",
  plural: "rolebindings",
  namespaced,
});

export const roles = builtin<Role>({ ...rbac, kind: "Role", plural: "roles", namespaced });

export const secrets = builtin<Secret>({ ...core, kind: "Secret", plural: "secrets", namespaced });

export const serviceAccounts = builtin<ServiceAccount>({
  ...core,
  kind: "ServiceAccount",
  plural: "serviceaccounts",
  namespaced,
});

export const services = builtin<Service>({
  ...core,
  kind: "Service",
  plural: "services",
  namespaced,
});
