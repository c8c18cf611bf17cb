/** Settings of the installation that planning depends on, from the flags of the operator; "" means not set. */
export interface PlatformConfig {
  /** Put into every main container as `NATS_SERVER`. */
  natsAddr: string;
  /** `ETCD_ENDPOINTS` */
  etcdAddr: string;
  /** `MODEL_EXPRESS_URL` */
  modelExpressUrl: string;
  /** `PROMETHEUS_ENDPOINT` */
  prometheusEndpoint: string;
  /** How pods find each other where neither graph nor component says so. */
  discoveryBackend: "kubernetes" | "etcd";
  /** What a frontend without an `ingress` of its own gets. */
  ingress: { className: string; tlsSecretName: string; hostSuffix: string };
  /** The role that planners are bound to. */
  plannerClusterRoleName: string;
  /** The installation brings the planner's account and its binding itself: in the namespace-scoped mode. */
  plannerAccessGiven: boolean;
  /** Whether Secrets may be listed, to find those that open an image's registry. */
  pullSecretDiscovery: boolean;
}

/** The settings that decide which child kinds the operator watches and which permissions it needs. */
export type ChildSettings = Pick<
  PlatformConfig,
  "plannerClusterRoleName" | "plannerAccessGiven" | "pullSecretDiscovery"
>;
