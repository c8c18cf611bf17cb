import type { Flag } from "../cli/flags.ts";

const LATER_MULTINODE = "multinode services are not available yet";
const LATER_REQUESTS = "deployment requests are not available yet";
const NO_ISTIO = "VirtualServices are not made";
const OWN_LOG_FORMAT = "logs are JSON lines, or text on a terminal";
const NO_WEBHOOKS = "there is no webhook server: the API server validates";

/** Every flag of `dynamo-operator run`: upstream's under their own spelling, and ours. */
export const RUN_FLAGS: readonly Flag[] = [
  text(
    "kubeconfig",
    "",
    "kubeconfig file; by default the account of the pod, elsewhere $KUBECONFIG or ~/.kube/config",
  ),
  text("context", "", "context of the kubeconfig; its current one by default"),
  text("metrics-bind-address", ":8080", 'address of /metrics; "0" for none'),
  text("health-probe-bind-address", ":8081", 'address of /healthz and /readyz; "0" for none'),
  text("resync", "10h", "how often every object is planned again without an event"),
  text("workers", "16", "how many objects of one kind are worked on at the same time"),
  text("log-level", "info", "debug, info, warning or error"),
  text("zap-log-level", "", "the same as upstream says it: debug, info, error, panic or a number"),
  text("operator-version", "", "version to report instead of the program's own"),
  text("release-name", "local", "name of this installation"),

  text("natsAddr", "", "address of NATS, given to every pod as NATS_SERVER"),
  text("etcdAddr", "", "address of etcd, given to every pod as ETCD_ENDPOINTS"),
  text("model-express-url", "", "given to every pod as MODEL_EXPRESS_URL"),
  text("prometheus-endpoint", "", "given to every pod as PROMETHEUS_ENDPOINT"),
  text("discovery-backend", "kubernetes", "how pods find each other: kubernetes or etcd"),
  text("ingress-controller-class-name", "", "class of the ingress of frontends without one"),
  text("ingress-controller-tls-secret-name", "", "TLS Secret of the ingress of such frontends"),
  text("ingress-host-suffix", "", "host suffix of the ingress of such frontends"),
  text("planner-cluster-role-name", "", "ClusterRole that planners are bound to"),
  text("partition-job-image", "", "image of this program, for the Jobs of DdbctlDpJobs"),
  text(
    "partition-table-allow",
    "",
    "glob of tables that DdbctlDpJobs may work on; may be repeated, all tables without it",
  ),
  {
    name: "image-pull-secret-discovery",
    type: "boolean",
    default: true,
    help: "find the Secrets that open an image's registry; needs to list and watch Secrets",
  },

  flag("leader-elect", true, "act only while holding the leader Lease"),
  text("leader-election-id", "dynamo.nvidia.com", "name of the leader Lease"),
  text(
    "leader-election-namespace",
    "",
    "namespace of the leader Lease; by default the restricted one, else kube-system",
  ),
  text("restrictedNamespace", "", "the only namespace to act in; all by default"),
  text("namespace-scope-lease-duration", "30s", "how long the marker of that namespace counts"),
  text("namespace-scope-lease-renew-interval", "10s", "how often it is renewed"),
  text("handover-delay", "10s", "from marking a namespace to the first write in it"),
  text("marker-freshness", "5s", "how old a view of the markers is written by"),
  text("write-timeout", "4s", "how long one write may take"),
  unused(text("grove-termination-delay", "15m", "grace of Grove gangs"), LATER_MULTINODE),
  unused(
    text("mpi-run-ssh-secret-name", "mpi-run-ssh-secret", "Secret with the MPI key"),
    LATER_MULTINODE,
  ),
  unused(text("mpi-run-ssh-secret-namespace", "", "namespace of that Secret"), LATER_MULTINODE),
  unused(
    text("dgdr-profiling-cluster-role-name", "", "ClusterRole of profiling jobs"),
    LATER_REQUESTS,
  ),
  missed(text("istio-virtual-service-gateway", "", "Istio gateway of frontends"), NO_ISTIO),
  missed(flag("virtual-service-supports-https", false), NO_ISTIO),
  missed(flag("enable-webhooks", false), NO_WEBHOOKS),
  missed(flag("metrics-secure", false), "metrics are served in plain HTTP"),
  unused(flag("enable-http2", false), "HTTP/1.1 is spoken"),
  unused(flag("zap-devel", true), OWN_LOG_FORMAT),
  unused(text("zap-encoder", "", "json or console"), OWN_LOG_FORMAT),
  unused(text("zap-time-encoding", "", "how times are written"), OWN_LOG_FORMAT),
  unused(
    text("zap-stacktrace-level", "", "from which level on stacks are written"),
    "errors are logged with their stack, other lines have none",
  ),
];

function text(name: string, preset: string, help: string): Flag {
  return { name, type: "string", default: preset, help };
}

function flag(name: string, preset: boolean, help = "taken as upstream takes it"): Flag {
  return { name, type: "boolean", default: preset, help };
}

function unused(flag: Flag, why: string): Flag {
  return { ...flag, unused: why };
}

function missed(flag: Flag, why: string): Flag {
  return { ...unused(flag, why), missed: true };
}
