import { ANNOTATIONS } from "../../crds/labels.ts";

/** Default name of the Secret with the SSH key of multinode TensorRT-LLM services, as in the Go operator's chart. */
export const MPI_SECRET_NAME = "mpi-run-ssh-secret";

/** Settings from the operator's flags. Plans depend on these settings; "" means not set. */
export interface PlatformConfig {
  /** Value of `NATS_SERVER` in every main container. */
  natsAddr: string;
  /** Value of `ETCD_ENDPOINTS` in every main container. */
  etcdAddr: string;
  /** Value of `MODEL_EXPRESS_URL` in every main container. */
  modelExpressUrl: string;
  /** Value of `PROMETHEUS_ENDPOINT` in every main container. */
  prometheusEndpoint: string;
  /** Default discovery backend, which pods use to discover each other. A graph or a component can override it. */
  discoveryBackend: "kubernetes" | "etcd";
  /** Default `ingress` of a frontend that does not set `ingress`. */
  ingress: { className: string; tlsSecretName: string; hostSuffix: string };
  /**
   * Istio gateway in the default `ingress` of a frontend. If the value is "", the operator neither watches nor creates
   * VirtualServices.
   */
  virtualServiceGateway: string;
  /**
   * Time after which Grove restarts a group of pods (gang) that lost pods, as a Go duration such as `15m0s`; "" for
   * Grove's default.
   */
  groveTerminationDelay: string;
  /** Name of the ClusterRole that the RoleBinding of planners refers to. */
  plannerClusterRoleName: string;
  /** Name of the ClusterRole that the RoleBinding of profiling Jobs refers to. */
  profilingClusterRoleName: string;
  /**
   * Whether the Helm chart creates the ServiceAccounts and RoleBindings of planners and profiling Jobs. If true, the
   * operator does not create these objects. The value is true in namespace-scoped mode.
   */
  plannerRbacProvided: boolean;
  /**
   * The Secret with the SSH key of multinode TensorRT-LLM services. The operator copies it from `namespace` into the
   * namespaces of such services. If the namespace is "", the operator generates a key for each namespace of such
   * services.
   */
  mpiSecret: { name: string; namespace: string };
  /** Whether the operator may list Secrets to find the pull Secrets for the registry of an image. */
  pullSecretDiscovery: boolean;
}

/** The settings that determine which child kinds the operator watches and which permissions it needs. */
export type ChildSettings = Pick<
  PlatformConfig,
  | "plannerClusterRoleName"
  | "profilingClusterRoleName"
  | "plannerRbacProvided"
  | "pullSecretDiscovery"
  | "virtualServiceGateway"
  | "mpiSecret"
>;

/**
 * Returns the backend that pods use to discover each other. An annotation overrides the operator's setting, even if the
 * value of the annotation is "". The annotation is in the metadata of a graph, or in the spec of a component. The
 * operator creates discovery objects only if the backend is exactly `kubernetes`.
 */
export function discoveryBackend(
  annotations: Record<string, string> | undefined,
  config: Pick<PlatformConfig, "discoveryBackend">,
): string {
  return annotations?.[ANNOTATIONS.discoveryBackend] ?? config.discoveryBackend;
}
