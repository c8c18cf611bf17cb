import { keyedBy, listOf, type Shape, struct } from "../../kube/shape.ts";

// Facts of the pod API, from the merge schema that server-side apply uses and from the defaulting code of
// Kubernetes 1.35. A test on a real API server holds the keys, atomic values and quantities against its OpenAPI.

const zeroMeansDefault: Shape = { zeroMeansDefault: true };
const atomic: Shape = { atomic: true };
const selector: Shape = { atomic: true, emptyCounts: true };

/** Limits, requests, overhead: the server rounds them up to thousandths. */
const resourceList: Shape = { each: { quantity: "milli" } };
const resourceRequirements: Shape = struct({
  limits: resourceList,
  requests: resourceList,
  claims: keyedBy(["name"]),
});

const fieldRef: Shape = {
  atomic: true,
  fields: { apiVersion: { filledIn: "v1", zeroMeansDefault: true } },
};
const resourceFieldRef: Shape = { atomic: true, fields: { divisor: { quantity: "exact" } } };

const httpGet: Shape = struct({
  path: zeroMeansDefault,
  scheme: zeroMeansDefault,
});
const lifecycleHandler: Shape = struct({ httpGet });
const probe: Shape = struct({
  httpGet,
  timeoutSeconds: zeroMeansDefault,
  periodSeconds: zeroMeansDefault,
  successThreshold: zeroMeansDefault,
  failureThreshold: zeroMeansDefault,
});

const container: Shape = struct({
  env: keyedBy(
    ["name"],
    struct({
      valueFrom: struct({
        configMapKeyRef: atomic,
        fieldRef,
        fileKeyRef: { atomic: true, fields: { optional: {} } },
        resourceFieldRef,
        secretKeyRef: atomic,
      }),
    }),
  ),
  imagePullPolicy: zeroMeansDefault,
  lifecycle: struct({ postStart: lifecycleHandler, preStop: lifecycleHandler }),
  livenessProbe: probe,
  ports: keyedBy(
    ["containerPort", { field: "protocol", absent: "TCP" }],
    struct({ protocol: zeroMeansDefault }),
  ),
  readinessProbe: probe,
  resources: resourceRequirements,
  restartPolicyRules: listOf(struct({ exitCodes: struct({ values: { set: true } }) })),
  startupProbe: probe,
  terminationMessagePath: zeroMeansDefault,
  terminationMessagePolicy: zeroMeansDefault,
  volumeDevices: keyedBy(["devicePath"]),
  volumeMounts: keyedBy(["mountPath"]),
});

const nodeSelectorTerm = atomic;
const podAffinityTerm: Shape = struct({ labelSelector: selector, namespaceSelector: selector });
const podAffinity: Shape = struct({
  preferredDuringSchedulingIgnoredDuringExecution: listOf(struct({ podAffinityTerm })),
  requiredDuringSchedulingIgnoredDuringExecution: listOf(podAffinityTerm),
});

const downwardItems: Shape = listOf(struct({ fieldRef, resourceFieldRef }));
const claimSpec: Shape = struct({
  dataSource: atomic,
  resources: struct({ limits: resourceList, requests: resourceList }),
  selector: atomic,
});
const withSecretRef: Shape = struct({ secretRef: atomic });

const volume: Shape = struct({
  cephfs: withSecretRef,
  cinder: withSecretRef,
  csi: struct({ nodePublishSecretRef: atomic }),
  downwardAPI: struct({ items: downwardItems }),
  emptyDir: { emptyCounts: true, fields: { sizeLimit: { quantity: "exact" } } },
  ephemeral: struct({
    volumeClaimTemplate: struct({
      metadata: struct({
        finalizers: { set: true },
        ownerReferences: keyedBy(["uid"], { atomic: true }),
      }),
      spec: claimSpec,
    }),
  }),
  flexVolume: withSecretRef,
  image: struct({ pullPolicy: zeroMeansDefault }),
  iscsi: struct({ iscsiInterface: zeroMeansDefault, secretRef: atomic }),
  projected: struct({
    sources: listOf(struct({
      clusterTrustBundle: struct({ labelSelector: selector }),
      downwardAPI: struct({ items: downwardItems }),
      serviceAccountToken: struct({ expirationSeconds: { filledIn: 3600 } }),
    })),
  }),
  rbd: struct({
    keyring: zeroMeansDefault,
    pool: zeroMeansDefault,
    secretRef: atomic,
    user: zeroMeansDefault,
  }),
  scaleIO: struct({
    fsType: zeroMeansDefault,
    secretRef: atomic,
    storageMode: zeroMeansDefault,
  }),
  storageos: withSecretRef,
});

const podSpec: Shape = struct({
  affinity: struct({
    nodeAffinity: struct({
      preferredDuringSchedulingIgnoredDuringExecution: listOf(
        struct({ preference: nodeSelectorTerm }),
      ),
      requiredDuringSchedulingIgnoredDuringExecution: {
        atomic: true,
        fields: { nodeSelectorTerms: listOf(nodeSelectorTerm) },
      },
    }),
    podAffinity,
    podAntiAffinity: podAffinity,
  }),
  containers: keyedBy(["name"], container),
  dnsPolicy: zeroMeansDefault,
  ephemeralContainers: keyedBy(["name"], container),
  hostAliases: keyedBy(["ip"]),
  imagePullSecrets: keyedBy(["name"], { atomic: true }),
  initContainers: keyedBy(["name"], container),
  nodeSelector: { atomic: true },
  overhead: resourceList,
  resourceClaims: keyedBy(["name"]),
  resources: resourceRequirements,
  restartPolicy: zeroMeansDefault,
  schedulerName: zeroMeansDefault,
  schedulingGates: keyedBy(["name"]),
  topologySpreadConstraints: keyedBy(
    ["topologyKey", "whenUnsatisfiable"],
    struct({ labelSelector: selector }),
  ),
  volumes: keyedBy(["name"], volume),
});

/** Object metadata, as far as its merging matters. */
export const objectMeta: Shape = struct({
  finalizers: { set: true },
  ownerReferences: keyedBy(["uid"], { atomic: true }),
});

/** The shape of a PodTemplateSpec. */
export const podTemplate: Shape = struct({ metadata: objectMeta, spec: podSpec });

/** The shape of a PersistentVolumeClaimSpec. */
export const persistentVolumeClaimSpec: Shape = claimSpec;
