import type {
  EventsV1Event,
  V1ClusterRole,
  V1ConfigMap,
  V1Deployment,
  V1EndpointSlice,
  V1Ingress,
  V1Job,
  V1Lease,
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

/** The JSON form of a type of `@kubernetes/client-node`: times are strings instead of `Date` objects. */
export type Json<T> = T extends Date ? string : { [K in keyof T]: Json<T[K]> };

/** A ClusterRole. */
export type ClusterRole = Typed<V1ClusterRole>;
/** A ConfigMap. */
export type ConfigMap = Typed<V1ConfigMap>;
/** A Deployment. */
export type Deployment = Typed<V1Deployment>;
/** An Ingress. */
export type Ingress = Typed<V1Ingress>;
/** A Job. */
export type Job = Typed<V1Job>;
/** An EndpointSlice. */
export type EndpointSlice = Typed<V1EndpointSlice>;
/** A `coordination.k8s.io` Lease; its times are MicroTime strings. */
export type Lease = Typed<Json<V1Lease>>;
/** An Event of the group `events.k8s.io`, not of the core group; its times are MicroTime strings. */
export type CoreEvent = Typed<Json<EventsV1Event>>;
/** A Namespace. */
export type Namespace = Typed<V1Namespace>;
/** A PersistentVolumeClaim. */
export type PersistentVolumeClaim = Typed<V1PersistentVolumeClaim>;
/** A Pod. */
export type Pod = Typed<V1Pod>;
/** A RoleBinding. */
export type RoleBinding = Typed<V1RoleBinding>;
/** A Role. */
export type Role = Typed<V1Role>;
/** A Secret. */
export type Secret = Typed<V1Secret>;
/** A ServiceAccount. */
export type ServiceAccount = Typed<V1ServiceAccount>;
/** A Service. */
export type Service = Typed<V1Service>;

const RBAC = "rbac.authorization.k8s.io/v1";

/** The resource `clusterroles`. */
export const clusterRoles: Resource<ClusterRole> = builtin(RBAC, "ClusterRole", false);
/** The resource `configmaps`. */
export const configMaps: Resource<ConfigMap> = builtin("v1", "ConfigMap");
/** The resource `deployments`. */
export const deployments: Resource<Deployment> = builtin("apps/v1", "Deployment");
/** The resource `endpointslices`. */
export const endpointSlices: Resource<EndpointSlice> = builtin(
  "discovery.k8s.io/v1",
  "EndpointSlice",
);
/** The resource `events` of `events.k8s.io`. */
export const events: Resource<CoreEvent> = builtin("events.k8s.io/v1", "Event");
/** The resource `ingresses`. */
export const ingresses: Resource<Ingress> = builtin("networking.k8s.io/v1", "Ingress");
/** The resource `jobs`. */
export const jobs: Resource<Job> = builtin("batch/v1", "Job");
/** The resource `leases`. */
export const leases: Resource<Lease> = builtin("coordination.k8s.io/v1", "Lease");
/** The resource `namespaces`. */
export const namespaces: Resource<Namespace> = builtin("v1", "Namespace", false);
/** The resource `persistentvolumeclaims`. */
export const persistentVolumeClaims: Resource<PersistentVolumeClaim> = builtin(
  "v1",
  "PersistentVolumeClaim",
);
/** The resource `pods`. */
export const pods: Resource<Pod> = builtin("v1", "Pod");
/** The resource `rolebindings`. */
export const roleBindings: Resource<RoleBinding> = builtin(RBAC, "RoleBinding");
/** The resource `roles`. */
export const roles: Resource<Role> = builtin(RBAC, "Role");
/** The resource `secrets`. */
export const secrets: Resource<Secret> = builtin("v1", "Secret");
/** The resource `serviceaccounts`. */
export const serviceAccounts: Resource<ServiceAccount> = builtin("v1", "ServiceAccount");
/** The resource `services`. */
export const services: Resource<Service> = builtin("v1", "Service");

/**
 * Declares the resource of a built-in kind. `deno task generate:openapi` generates the shape, which describes how the
 * API server merges and stores the fields.
 */
function builtin<T extends KubeObject>(
  apiVersion: string,
  kind: string,
  namespaced = true,
): Resource<T> {
  const [version = "", group = ""] = apiVersion.split("/").reverse();
  const plural = kind.toLowerCase() + (kind.endsWith("s") ? "es" : "s");
  return resource<T>({ group, version, kind, plural, namespaced }, builtinShapes);
}
