import { ANNOTATIONS } from "../../crds/labels.ts";

/** Settings of the installation that plans depend on, from the flags of the operator; "" means not set. */
export interface PlatformConfig {
  /** `NATS_SERVER` of every main container. */
  natsAddr: string;
  /** `ETCD_ENDPOINTS` of every main container. */
  etcdAddr: string;
  /** `MODEL_EXPRESS_URL` of every main container. */
  modelExpressUrl: string;
  /** `PROMETHEUS_ENDPOINT` of every main container. */
  prometheusEndpoint: string;
  /** How pods discover each other unless a graph or a component sets it. */
  discoveryBackend: "kubernetes" | "etcd";
  /** The `ingress` of a frontend that does not set its own. */
  ingress: { className: string; tlsSecretName: string; hostSuffix: string };
  /** The ClusterRole that the RoleBinding of planners refers to. */
  plannerClusterRoleName: string;
  /** Whether the installation creates the planner's ServiceAccount and RoleBinding: in namespace-scoped mode. */
  plannerRbacProvided: boolean;
  /** Whether the operator may list Secrets, to find the pull Secrets for the registry of an image. */
  pullSecretDiscovery: boolean;
}

/** The settings that decide which child kinds the operator watches and which permissions it needs. */
export type ChildSettings = Pick<
  PlatformConfig,
  "plannerClusterRoleName" | "plannerRbacProvided" | "pullSecretDiscovery"
>;

/**
 * Returns the backend through which pods discover each other: the value of the annotation of a graph (in its metadata) or
 * of a component (in its spec), even if that is "", or else the installation's. The operator creates discovery objects
 * only if it is exactly `kubernetes`.
 */
export function discoveryBackend(
  annotations: Record<string, string> | undefined,
  config: Pick<PlatformConfig, "discoveryBackend">,
): string {
  return annotations?.[ANNOTATIONS.discoveryBackend] ?? config.discoveryBackend;
}
