import type { PlatformConfig } from "../dynamo/platform_config.ts";

/** The settings of an installation without any flag, changed as the test wants it. */
export function platformConfig(change: Partial<PlatformConfig> = {}): PlatformConfig {
  return {
    natsAddr: "",
    etcdAddr: "",
    modelExpressUrl: "",
    prometheusEndpoint: "",
    discoveryBackend: "kubernetes",
    ingress: { className: "", tlsSecretName: "", hostSuffix: "" },
    plannerClusterRoleName: "",
    plannerAccessGiven: false,
    pullSecretDiscovery: true,
    ...change,
  };
}
