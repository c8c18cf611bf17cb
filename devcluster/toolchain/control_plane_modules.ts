import type { GoModule } from "./go_module.ts";

const MODULES = new URL("../modules/", import.meta.url).pathname;
const STRIPPED = "-s -w";

/** Release of Kubernetes that modules/kubernetes/go.mod pins and `kubectl version` reports. */
export const KUBERNETES_VERSION = "v1.35.4";

// Linker flags that set the version. Without them, kubectl and the API server report "v0.0.0-master", and kubectl
// cannot compare its version with the server's version.
const KUBERNETES_VERSION_FLAGS = [
  ["gitVersion", KUBERNETES_VERSION],
  ["gitMajor", KUBERNETES_VERSION.replace(/^v(\d+)\..*/, "$1")],
  ["gitMinor", KUBERNETES_VERSION.replace(/^v\d+\.(\d+)\..*/, "$1")],
].map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`).join(" ");

/** Go modules of a control plane, in build order. The quick builds are first, so that build errors occur early. */
export const CONTROL_PLANE_MODULES: readonly GoModule[] = [
  {
    name: "pki",
    directory: `${MODULES}pki`,
    linkerFlags: STRIPPED,
    programs: [{ name: "pki", package: ".", usualSeconds: 25 }],
  },
  {
    name: "etcd",
    version: "v3.6.5",
    directory: `${MODULES}etcd`,
    linkerFlags: STRIPPED,
    programs: [{ name: "etcd", package: "go.etcd.io/etcd/server/v3", usualSeconds: 70 }],
  },
  {
    name: "kubernetes",
    version: KUBERNETES_VERSION,
    directory: `${MODULES}kubernetes`,
    linkerFlags: `${STRIPPED} ${KUBERNETES_VERSION_FLAGS}`,
    programs: [
      { name: "kubectl", package: "k8s.io/kubernetes/cmd/kubectl", usualSeconds: 120 },
      {
        name: "kube-apiserver",
        package: "k8s.io/kubernetes/cmd/kube-apiserver",
        usualSeconds: 240,
      },
      {
        name: "kube-controller-manager",
        package: "k8s.io/kubernetes/cmd/kube-controller-manager",
        usualSeconds: 90,
      },
      { name: "kube-scheduler", package: "k8s.io/kubernetes/cmd/kube-scheduler", usualSeconds: 30 },
    ],
  },
  {
    name: "kwok",
    version: "v0.7.0",
    directory: `${MODULES}kwok`,
    linkerFlags: STRIPPED,
    programs: [{ name: "kwok", package: "sigs.k8s.io/kwok/cmd/kwok", usualSeconds: 90 }],
  },
];

/** Go module of Helm. It is built separately, because the demo and most tests do not use Helm. */
export const HELM_MODULE: GoModule = {
  name: "helm",
  version: "v3.19.0",
  directory: `${MODULES}helm`,
  linkerFlags: STRIPPED,
  programs: [{ name: "helm", package: "helm.sh/helm/v3/cmd/helm", usualSeconds: 180 }],
};

/** Go module with the CRDs of Grove. It contains no program, because Grove's operator is not a public Go module. */
export const GROVE_MODULE: GoModule = {
  name: "grove",
  version: "v0.1.0-alpha.3",
  directory: `${MODULES}grove`,
  linkerFlags: "",
  programs: [],
};

/** Go module of the controller of LeaderWorkerSets. It is built separately, because few tests need the controller. */
export const LWS_MODULE: GoModule = {
  name: "lws",
  version: "v0.7.0",
  directory: `${MODULES}lws`,
  linkerFlags: STRIPPED,
  programs: [{ name: "lws-manager", package: "sigs.k8s.io/lws/cmd", usualSeconds: 150 }],
};
