import { MPI_SECRET_NAME, type PlatformConfig } from "../dynamo/platform_config.ts";

/** Returns the settings of an operator that runs without flags, with the given changes. */
export function platformConfig(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    natsAddr: "",
    etcdAddr: "",
    modelExpressUrl: "",
    prometheusEndpoint: "",
    discoveryBackend: "kubernetes",
    ingress: { className: "", tlsSecretName: "", hostSuffix: "" },
    virtualServiceGateway: "",
    groveTerminationDelay: "15m0s",
    plannerClusterRoleName: "",
    profilingClusterRoleName: "",
    plannerRbacProvided: false,
    mpiSecret: { name: MPI_SECRET_NAME, namespace: "dynamo-system" },
    pullSecretDiscovery: true,
    ...change,
  };
}
