/** Name of the PersistentVolumeClaim that exists in the namespace of a random graph. */
export const EXISTING_PVC = "models";

const MODELS = { name: EXISTING_PVC };
const CACHE = {
  name: "cache",
  create: true,
  size: "1Gi",
  storageClass: "fast",
  volumeAccessMode: "ReadWriteMany",
};
const LARGER = { ...CACHE, size: "2Gi" };
const SCRATCH = { ...CACHE, name: "scratch.v1", size: 1073741824 };

const INGRESS = { enabled: true, host: "chat", ingressControllerClassName: "nginx" };
const ISTIO = { useVirtualService: true, virtualServiceGateway: "istio-system/public" };

const CONFIG = {
  VllmWorker: { ServiceArgs: { Workers: 1, Resources: { CPU: "2", custom: { "rdma/ib": 1 } } } },
  Frontend: { port: 1, ServiceArgs: { resources: { memory: "1Gi" } } },
};

/**
 * Usual values of fields, keyed by the last elements of the field path. Some of these values test a rule of the
 * operator. The longest matching key determines the values. A value that is a list or an object replaces the whole
 * field.
 */
export const USUAL_VALUES: Readonly<Record<string, readonly unknown[]>> = {
  backendFramework: ["vllm", "trtllm"],
  pvcs: [[MODELS], [CACHE], [MODELS, CACHE], [SCRATCH], [CACHE, SCRATCH], [CACHE, LARGER]],
  envs: [
    [{ name: "HF_HOME", value: "/models" }],
    [{ name: "B", value: "$(A)/b" }, { name: "A", value: "a" }],
    [{ name: "DYN_HTTP_PORT", value: "9000" }, { name: "NATS_SERVER", value: "nats://mine" }],
    [{ name: "A", valueFrom: { secretKeyRef: { name: "s", key: "k" } } }],
    [{ name: "IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
    [{ name: "CPU", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1m" } } }],
    [{ name: "DYN_DEPLOYMENT_CONFIG", value: JSON.stringify(CONFIG) }],
    [{ name: "A", value: "first" }, { name: "A", value: "second" }],
  ],

  "service.annotations": [
    { note: "x" },
    { "nvidia.com/deployment-strategy": "Recreate" },
    { "nvidia.com/deployment-rolling-update-max-surge": "1" },
    { "nvidia.com/deployment-rolling-update-max-unavailable": "0%" },
    { "nvidia.com/dynamo-discovery-backend": "etcd" },
    { "nvidia.com/dynamo-discovery-backend": "kubernetes" },
    { "nvidia.com/disable-image-pull-secret-discovery": "true" },
    { "nvidia.com/enable-metrics": "false" },
    { "nvidia.com/paused": "true" },
    { "nvidia.com/plan-hash": "mine", "nvidia.com/pod-template-inputs": "{}" },
  ],
  "service.labels": [
    { team: "red" },
    { "example.com/team": "" },
    { "nvidia.com/dynamo-component": "mine", "nvidia.com/selector": "mine" },
    { team: "two words" },
  ],
  "service.componentType": ["frontend", "worker", "prefill", "decode", "planner", "default", ""],
  "service.subComponentType": ["prefill", "decode"],
  "service.serviceName": ["other"],
  "service.dynamoNamespace": ["mine"],
  "service.envFromSecret": ["hf-token"],
  "service.replicas": [0, 1, 2],
  "service.multinode": [{}, { nodeCount: 2 }, { nodeCount: 3 }],
  "service.modelRef": [{ name: "Qwen/Qwen3-0.6B" }, { name: "acme/other", revision: "1" }],
  "service.sharedMemory": [{ size: "1Gi" }, { size: 1073741824 }, { disabled: true }],
  "service.volumeMounts": [
    [{ name: "models", mountPoint: "/models" }],
    [{ name: "cache", mountPoint: "/cache" }, { name: "models", mountPoint: "/models" }],
    [{ name: "cache", useAsCompilationCache: true, mountPoint: "/cache" }],
    [{ name: "scratch.v1", mountPoint: "/dev/shm" }],
    [{ name: "cache", mountPoint: "/m" }, { name: "cache", mountPoint: "/n" }],
    [{ name: "cache", useAsCompilationCache: true }],
  ],

  "service.resources": [
    { limits: { gpu: "1" } },
    { limits: { gpu: "2", gpuType: "amd.com/gpu" }, requests: { gpu: "1" } },
    { limits: { cpu: "4", memory: "8Gi" }, requests: { cpu: "0.5", memory: "129e6" } },
    { limits: { custom: { "rdma/ib": "1", "ephemeral-storage": "2Gi" } } },
    { requests: { cpu: "", memory: "1.5Gi", custom: { "ephemeral-storage": "1e3" } } },
    { limits: { gpu: "1", custom: { "nvidia.com/gpu": "2" } } },
  ],

  "service.ingress": [
    { enabled: false },
    { enabled: true, host: "chat" },
    { ...INGRESS, hostPrefix: "a-", hostSuffix: "example.com" },
    { ...INGRESS, hostSuffix: "", tls: { secretName: "cert" } },
    { ...INGRESS, tls: {}, labels: { team: "blue" }, annotations: { note: "y" } },
    { ...INGRESS, labels: { team: "two words" }, annotations: { "no key": "z" } },
    { ...INGRESS, ...ISTIO },
    { enabled: true, host: "chat", ...ISTIO, hostSuffix: "" },
    { enabled: true, host: "chat", useVirtualService: true },
  ],

  "extraPodMetadata.annotations": [
    { note: "pod" },
    { "nvidia.com/deployment-rolling-update-max-surge": "50%" },
  ],
  "extraPodMetadata.labels": [{ tier: "gold" }, { "nvidia.com/dynamo-component": "mine" }],

  exec: [{ command: ["true"] }],
  httpGet: [{ port: 8000 }, { port: "http", path: "/x", scheme: "HTTPS" }],
  tcpSocket: [{ port: "system" }],
  grpc: [{ port: 9090 }, { port: 9090, service: "s" }],
  initialDelaySeconds: [0, 5],
  periodSeconds: [0, 1, 30],
  timeoutSeconds: [0, 1, 5],
  failureThreshold: [0, 1, 5],
  successThreshold: [0, 1],
  terminationGracePeriodSeconds: [0, 30],

  "containers.*.name": ["side", "other"],
  "initContainers.*.name": ["init"],
  image: ["nvcr.io/nvidia/runtime:1", "runtime"],
  command: [["python3"], ["/bin/sh", "-c"], ["run", ""]],
  args: [
    ["-m", "dynamo.vllm"],
    ["python3 -m dynamo.sglang"],
    ["-m", "dynamo.trtllm"],
    ["--port", "$(DYN_HTTP_PORT)"],
  ],
  "mainContainer.name": ["main", "engine"],
  "mainContainer.ports": [
    [{ containerPort: 9000, name: "http" }],
    [{ containerPort: 50051, name: "grpc" }],
    [{ containerPort: 8000 }, { containerPort: 9090 }],
    [{ containerPort: 9090, protocol: "UDP", name: "udp" }],
  ],
  serviceAccountName: ["mine"],
  activeDeadlineSeconds: [60],
  dnsPolicy: ["Default", "ClusterFirst"],
  restartPolicy: ["Always"],
  preemptionPolicy: ["Never"],
  imagePullPolicy: ["Always", "IfNotPresent"],
  terminationMessagePolicy: ["File", "FallbackToLogsOnError"],
  affinity: [{}],
  ephemeralContainers: [[]],
  imagePullSecrets: [[{ name: "mine" }], [{ name: "" }], [{}]],
  resourceClaims: [[{ name: "gpu", resourceClaimTemplateName: "gpu" }]],
  claims: [[]],
  os: [{ name: "linux" }],
  schedulingGates: [[{ name: "example.com/gate" }]],
  readinessGates: [[{ conditionType: "example.com/ready" }]],
  nodeSelector: [{ pool: "gpu" }],
  overhead: [{}],
  volumes: [[{ name: "v", emptyDir: {} }]],
  volumeMounts: [[]],
  volumeDevices: [[]],
  securityContext: [{}, { runAsUser: 0 }],
  tolerations: [[{ key: "a", operator: "Exists" }], [{ operator: "Exists", effect: "NoSchedule" }]],
  topologySpreadConstraints: [[{
    topologyKey: "zone",
    maxSkew: 1,
    whenUnsatisfiable: "ScheduleAnyway",
  }]],
};

/**
 * Names of services with upper case letters, a dash or a leading digit. The operator derives object names from them.
 */
export const SERVICE_NAMES = ["Frontend", "VllmWorker", "prefill", "decode-2", "Planner", "1st"];

/** Service names that are invalid, or that conflict with a name in {@linkcode SERVICE_NAMES} in the same graph. */
export const ODD_SERVICE_NAMES = [
  "frontend",
  "under_score",
  "-",
  "w".repeat(70),
  "__proto__",
  "prefill-0",
  "prefill-0-0",
  "prefill-ldr",
  "0-prefill-ldr",
  "prefill-1-prefill-wkr",
  "0",
];

export const GRAPH_ANNOTATIONS = [
  {},
  {},
  { "nvidia.com/enable-metrics": "false" },
  { "nvidia.com/enable-grove": "FALSE" },
  { "nvidia.com/orchestrator": "deployment" },
  { "nvidia.com/dynamo-discovery-backend": "etcd" },
  { "nvidia.com/dynamo-discovery-backend": "" },
  { "nvidia.com/dynamo-discovery-backend": "kubernetes", team: "red" },
];
