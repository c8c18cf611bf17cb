import { MPI_SECRET_NAME } from "../../reconcile/dynamo/platform_config.ts";
import type { Flag } from "../cli/flags.ts";

const COMPATIBLE = "accepted for compatibility with the Go operator";
const OWN_LOG_FORMAT = "the operator logs JSON lines, or text on a terminal";
const NO_WEBHOOKS =
  "the operator has no webhook server; the API server validates objects with the rules in the CRDs";

/** All flags of `dynamo-operator run`. Flags that the Go operator also has keep their original spelling. */
export const RUN_FLAGS: readonly Flag[] = [
  text(
    "kubeconfig",
    "",
    "kubeconfig file; default in a pod: its ServiceAccount; elsewhere: $KUBECONFIG or ~/.kube/config",
  ),
  text("context", "", "context of the kubeconfig; the current context by default"),
  text("metrics-bind-address", ":8080", 'address of /metrics; "0" disables it'),
  text("health-probe-bind-address", ":8081", 'address of /healthz and /readyz; "0" disables both'),
  text("resync", "10h", "interval at which every object is reconciled even without an event"),
  text("workers", "16", "number of objects of one kind that are reconciled at the same time"),
  text("log-level", "info", "lowest log level: debug, info, warning or error"),
  text(
    "zap-log-level",
    "",
    "lowest log level, as in the Go operator: debug, info, error, panic or a number",
  ),
  text(
    "operator-version",
    "",
    "operator version in the marker Lease; by default the version of this program",
  ),
  text("release-name", "local", "name of this Helm release, as written to its marker Lease"),

  text("natsAddr", "", "address of NATS; value of NATS_SERVER in every pod"),
  text("etcdAddr", "", "address of etcd; value of ETCD_ENDPOINTS in every pod"),
  text("model-express-url", "", "URL of Model Express; value of MODEL_EXPRESS_URL in every pod"),
  text("prometheus-endpoint", "", "URL of Prometheus; value of PROMETHEUS_ENDPOINT in every pod"),
  text("discovery-backend", "kubernetes", "service discovery of pods: kubernetes or etcd"),
  text("ingress-controller-class-name", "", "IngressClass; if set, each frontend gets an Ingress"),
  text("ingress-controller-tls-secret-name", "", "default TLS Secret for Ingresses of frontends"),
  text(
    "ingress-host-suffix",
    "",
    "default host suffix for Ingresses and VirtualServices of frontends",
  ),
  text(
    "istio-virtual-service-gateway",
    "",
    "Istio gateway; if set, each frontend gets a VirtualService for it; requires permission to write VirtualServices",
  ),
  text("planner-cluster-role-name", "", "ClusterRole for the ServiceAccounts of planners"),
  text(
    "dgdr-profiling-cluster-role-name",
    "",
    "ClusterRole for the ServiceAccounts of profiling Jobs",
  ),
  text(
    "mpi-run-ssh-secret-name",
    MPI_SECRET_NAME,
    "Secret with the SSH key of multinode TensorRT-LLM services; created if it is absent",
  ),
  text(
    "mpi-run-ssh-secret-namespace",
    "",
    "namespace from which the SSH key is copied; by default, each namespace gets its own key",
  ),
  text(
    "partition-job-image",
    "",
    "image for the Jobs of DdbctlDpJobs; must be the image of the operator",
  ),
  text(
    "partition-table-allow",
    "",
    "glob of the tables that DdbctlDpJobs may delete from; repeatable; all tables by default",
  ),
  text(
    "partition-job-pod",
    "{}",
    "settings for the pods of DdbctlDpJobs as JSON: imagePullSecrets, nodeSelector, tolerations, affinity, priorityClassName, resources, env and caConfigMap",
  ),
  {
    name: "image-pull-secret-discovery",
    type: "boolean",
    default: true,
    help:
      "add image pull Secrets to pods by the registry of their images; requires permission to list and watch Secrets",
  },

  flag("leader-elect", true, "reconcile only while holding the leader Lease"),
  text("leader-election-id", "dynamo.nvidia.com", "name of the leader Lease"),
  text(
    "leader-election-namespace",
    "",
    "namespace of the leader Lease; by default the restricted namespace, or kube-system if there is none",
  ),
  text("restrictedNamespace", "", "namespace to reconcile; all namespaces by default"),
  text(
    "namespace-scope-lease-duration",
    "30s",
    "duration of a marker Lease; while it is held, cluster-wide operators do not write to the restricted namespace",
  ),
  text("namespace-scope-lease-renew-interval", "10s", "renewal interval of a marker Lease"),
  text("handover-delay", "20s", "delay between creating a marker Lease and the first write"),
  text("marker-freshness", "5s", "maximum age of the list of marker Leases when a write is sent"),
  text("write-timeout", "12s", "timeout of a write request"),
  text(
    "grove-termination-delay",
    "15m",
    "time after which Grove restarts all pods of a graph if a PodClique runs fewer pods than its minAvailable; 0: Grove's default",
  ),
  noEffect(
    flag("virtual-service-supports-https", false),
    "the gateway of a VirtualService determines whether it serves HTTPS",
  ),
  missing(flag("enable-webhooks", false), NO_WEBHOOKS),
  missing(flag("metrics-secure", false), "the operator serves metrics over plain HTTP"),
  noEffect(flag("enable-http2", false), "the operator serves HTTP/1.1"),
  noEffect(flag("zap-devel", true), OWN_LOG_FORMAT),
  noEffect(text("zap-encoder", "", "log format: json or console"), OWN_LOG_FORMAT),
  noEffect(text("zap-time-encoding", "", "time format in logs"), OWN_LOG_FORMAT),
  noEffect(
    text("zap-stacktrace-level", "", "lowest log level with stack traces"),
    "only unexpected errors have stack traces",
  ),
];

function text(name: string, preset: string, help: string): Flag {
  return { name, type: "string", default: preset, help };
}

function flag(name: string, preset: boolean, help = COMPATIBLE): Flag {
  return { name, type: "boolean", default: preset, help };
}

function noEffect(flag: Flag, reason: string): Flag {
  return { ...flag, noEffect: reason };
}

function missing(flag: Flag, reason: string): Flag {
  return { ...noEffect(flag, reason), missingFeature: true };
}
