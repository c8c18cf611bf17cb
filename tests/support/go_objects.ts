import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import { FINALIZER } from "../../crds/labels.ts";
import type { GoObject } from "./go_operator.ts";
import { DISCOVERY, GRAPH, podSpec } from "./go_pod_spec.ts";
import { frontend, graphOf, IMAGE, MODEL, planner, worker } from "./graphs.ts";

/** Hash of the name {@link MODEL}. The Go operator uses it as a label value, and in the name of the model's Service. */
const MODEL_HASH = "fb68f5a6";
const RBAC = "rbac.authorization.k8s.io";
const PREFIX = "nvidia.com/dynamo-";

/** The services of the graph `chat`. `take_over_test.ts` removes several fields of service `Decode` from the graph. */
export const GO_SERVICES: Readonly<Record<string, ComponentSpec>> = {
  Decode: worker({
    modelRef: { name: MODEL },
    scalingAdapter: { enabled: true },
    envs: [{ name: "LEVEL", value: "debug" }],
    extraPodMetadata: { labels: { team: "red" }, annotations: { note: "kept" } },
    extraPodSpec: {
      tolerations: [{ key: "gpu", operator: "Exists", effect: "NoSchedule" }],
      containers: [{ name: "proxy", image: "proxy:1" }],
      volumes: [{ name: "scratch", emptyDir: {} }],
      mainContainer: {
        image: IMAGE,
        command: ["python3", "-m", "dynamo.sglang"],
        args: ["--model-path", MODEL, "--trust-remote-code"],
        volumeMounts: [{ name: "scratch", mountPath: "/scratch" }],
      },
    },
  }),
  Frontend: frontend({
    ingress: { enabled: true, host: GRAPH, ingressControllerClassName: "nginx" },
  }),
  Planner: planner(),
};

export const GO_PVC = {
  name: `${GRAPH}-cache`,
  create: true,
  size: "10Gi",
  storageClass: "standard",
  volumeAccessMode: "ReadWriteMany",
};

/** Returns the user's manifest of the graph `chat`. */
export function goGraph(services: Record<string, ComponentSpec> = GO_SERVICES) {
  return graphOf(GRAPH, services, { pvcs: [GO_PVC] });
}

/**
 * Returns the graph `chat` and all its children as version 0.8 of the Go operator leaves them in a namespace. The
 * objects are those of a cluster without Grove and LeaderWorkerSets.
 */
export function goObjects(namespace: string): GoObject[] {
  const own = (kind: string, name: string) => ({
    ownerReferences: [{
      ...{ apiVersion: "nvidia.com/v1alpha1", kind, name },
      controller: true,
      blockOwnerDeletion: true,
    }],
  });
  const ofGraph = own("DynamoGraphDeployment", GRAPH);
  const rbac = (name: string, account = name, owner: object = ofGraph) => ({
    name,
    labels: {
      "app.kubernetes.io/managed-by": "dynamo-operator",
      "app.kubernetes.io/component": "rbac",
      "app.kubernetes.io/name": account,
    },
    ...owner,
  });
  const subjects = (name: string) => [{ kind: "ServiceAccount", name, namespace }];
  const roleRef = (kind: string, name: string) => ({ apiGroup: RBAC, kind, name });
  const planners = "planner-serviceaccount";
  return [
    { ...goGraph(), status: GRAPH_STATUS },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: GO_PVC.name, ...ofGraph },
      spec: {
        accessModes: [GO_PVC.volumeAccessMode],
        resources: { requests: { storage: GO_PVC.size } },
        storageClassName: GO_PVC.storageClass,
      },
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: rbac(DISCOVERY) },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "Role",
      metadata: rbac(`${DISCOVERY}-role`, DISCOVERY),
      rules: DISCOVERY_RULES,
    },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata: rbac(`${DISCOVERY}-binding`, DISCOVERY),
      subjects: subjects(DISCOVERY),
      roleRef: roleRef("Role", `${DISCOVERY}-role`),
    },
    { apiVersion: "v1", kind: "ServiceAccount", metadata: rbac(planners, planners, {}) },
    {
      apiVersion: `${RBAC}/v1`,
      kind: "RoleBinding",
      metadata: rbac(`${planners}-binding`, planners, {}),
      subjects: subjects(planners),
      roleRef: roleRef("ClusterRole", "dynamo-planner"),
    },
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "mpi-run-ssh-secret" },
      type: "Opaque",
      stringData: { "private.key": "key", "private.key.pub": "key" },
    },
    ...Object.entries(GO_SERVICES).flatMap(([service, spec]) => goComponent(service, spec)),
  ];

  /** Returns the component of a service, its scaling adapter and its children. */
  function goComponent(service: string, spec: ComponentSpec): GoObject[] {
    const name = `${GRAPH}-${service.toLowerCase()}`;
    const { componentType = "", extraPodSpec } = spec;
    const dynamoNamespace = `${namespace}-${GRAPH}`;
    const labels = {
      [`${PREFIX}component`]: service,
      [`${PREFIX}namespace`]: dynamoNamespace,
      [`${PREFIX}graph-deployment-name`]: GRAPH,
    };
    const model = spec.modelRef
      ? {
        labels: { [`${PREFIX}base-model-hash`]: MODEL_HASH },
        annotations: { [`${PREFIX}base-model`]: MODEL },
      }
      : { labels: {}, annotations: {} };
    const ofComponent = own("DynamoComponentDeployment", name);
    const annotations = { ...spec.extraPodMetadata?.annotations, ...model.annotations };
    const metadata = { name, labels: { ...labels, ...model.labels }, annotations, ...ofComponent };
    const selector = {
      [`${PREFIX}component-type`]: componentType,
      [`${PREFIX}namespace`]: dynamoNamespace,
    };
    const isFrontend = componentType === "frontend";
    const goService = (suffix: string, target: Record<string, string> = {}): GoObject => ({
      apiVersion: "v1",
      kind: "Service",
      metadata: {
        ...metadata,
        name: `${name}${suffix}`,
        labels: {
          ...metadata.labels,
          [`${PREFIX}discovery-backend`]: "kubernetes",
          ...(!isFrontend && { [`${PREFIX}discovery-enabled`]: "true" }),
        },
      },
      spec: {
        selector: { ...selector, ...target },
        ports: [
          isFrontend
            ? { name: "http", port: 8000, targetPort: "http", protocol: "TCP" }
            : { name: "system", port: 9090, targetPort: "system", protocol: "TCP" },
        ],
      },
    });
    return [
      {
        apiVersion: "nvidia.com/v1alpha1",
        kind: "DynamoComponentDeployment",
        metadata: { name, labels, finalizers: [FINALIZER], ...ofGraph },
        spec: {
          ...spec,
          serviceName: service,
          dynamoNamespace,
          labels,
          extraPodSpec: {
            ...extraPodSpec,
            ...(extraPodSpec?.containers && {
              containers: extraPodSpec.containers.map((one) => ({ resources: {}, ...one })),
            }),
            // The Go operator writes `name` and `resources` even if they are empty.
            mainContainer: { name: "", resources: {}, ...extraPodSpec?.mainContainer },
            ...(componentType === "planner" && { serviceAccountName: planners }),
          },
        },
        status: componentStatus(name),
      },
      {
        apiVersion: "nvidia.com/v1alpha1",
        kind: "DynamoGraphDeploymentScalingAdapter",
        metadata: { name, labels: { ...labels }, ...ofGraph },
        spec: { replicas: spec.replicas ?? 1, dgdRef: { name: GRAPH, serviceName: service } },
        status: {
          replicas: spec.replicas ?? 1,
          selector: `${PREFIX}graph-deployment-name=${GRAPH},${PREFIX}component=${service}`,
        },
      },
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata,
        spec: {
          replicas: spec.replicas ?? 1,
          selector: { matchLabels: { "nvidia.com/selector": name } },
          strategy: {
            type: "RollingUpdate",
            rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" },
          },
          template: {
            metadata: {
              labels: {
                ...metadata.labels,
                [`${PREFIX}component-type`]: componentType,
                "nvidia.com/metrics-enabled": "true",
                "nvidia.com/selector": name,
                ...spec.extraPodMetadata?.labels,
              },
              annotations: spec.extraPodMetadata?.annotations,
            },
            spec: podSpec(componentType, spec, { namespace, dynamoNamespace }),
          },
        },
      },
      goService(""),
      goService("-p"),
      goService("-d", { [`${PREFIX}deployment-target-type`]: "debug" }),
      ...(isFrontend ? [goIngress(name, ofComponent)] : []),
      ...(spec.modelRef ? [goModelService(ofComponent)] : []),
    ];
  }
}

function goIngress(name: string, ofComponent: object): GoObject {
  const backend = { service: { name, port: { number: 8000 } } };
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name, ...ofComponent },
    spec: {
      ingressClassName: "nginx",
      rules: [{
        host: `${GRAPH}.local`,
        http: { paths: [{ path: "/", pathType: "Prefix", backend }] },
      }],
    },
  };
}

function goModelService(ofComponent: object): GoObject {
  const selector = { [`${PREFIX}base-model-hash`]: MODEL_HASH };
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: {
      name: `dynamo-model-${MODEL_HASH}`,
      labels: { ...selector, "nvidia.com/managed-by": "dynamo-operator" },
      annotations: { [`${PREFIX}base-model`]: MODEL },
      ...ofComponent,
    },
    spec: {
      clusterIP: "None",
      selector,
      ports: [{ name: "system", port: 9090, targetPort: 9090, protocol: "TCP" }],
    },
  };
}

const DISCOVERY_RULES = [
  { apiGroups: [""], resources: ["endpoints"], verbs: ["get", "list", "watch"] },
  {
    apiGroups: ["discovery.k8s.io"],
    resources: ["endpointslices"],
    verbs: ["get", "list", "watch"],
  },
  {
    apiGroups: ["nvidia.com"],
    resources: ["dynamoworkermetadatas"],
    verbs: ["create", "get", "list", "watch", "update", "patch", "delete"],
  },
];

function conditionOf(type: string, reason: string, message: string) {
  return { type, status: "True", reason, message, lastTransitionTime: "2026-01-01T00:00:00Z" };
}

const GRAPH_STATUS = {
  state: "successful",
  conditions: [conditionOf("Ready", "all_resources_are_ready", "All resources are ready")],
};

function componentStatus(name: string) {
  const counts = { replicas: 1, updatedReplicas: 1, readyReplicas: 1, availableReplicas: 1 };
  return {
    conditions: [
      conditionOf("Valid", "ValidationPassed", "DynamoComponentDeployment spec is valid"),
      conditionOf("Available", "DeploymentReady", "Deployment is ready"),
    ],
    service: { componentKind: "Deployment", componentName: name, ...counts },
  };
}
