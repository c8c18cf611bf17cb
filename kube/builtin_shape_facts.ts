import type { ShapeFacts } from "./shape_file.ts";

// Facts from the defaulting code of Kubernetes 1.35, which its OpenAPI does not state.

const zeroMeansDefault: ShapeFacts = { zeroMeansDefault: true };
const emptyCounts: ShapeFacts = { emptyCounts: true };
/** The API server rounds limits, requests and overhead up to thousandths. */
const resourceList: ShapeFacts = { each: { quantity: "milli" } };

function fields(facts: Readonly<Record<string, ShapeFacts>>): ShapeFacts {
  return { fields: facts };
}

const container = fields({
  imagePullPolicy: zeroMeansDefault,
  terminationMessagePath: zeroMeansDefault,
  terminationMessagePolicy: zeroMeansDefault,
});

/** Facts about built-in types and kinds, by their name in `builtin_shapes.generated.json`. */
export const builtinShapeFacts: Readonly<Record<string, ShapeFacts>> = {
  "apps.v1.DeploymentStrategy": fields({ type: zeroMeansDefault }),
  "core.v1.Container": container,
  "core.v1.ContainerPort": fields({ protocol: zeroMeansDefault }),
  "core.v1.EmptyDirVolumeSource": emptyCounts,
  "core.v1.EphemeralContainer": container,
  "core.v1.HTTPGetAction": fields({ path: zeroMeansDefault, scheme: zeroMeansDefault }),
  "core.v1.ISCSIVolumeSource": fields({ iscsiInterface: zeroMeansDefault }),
  "core.v1.ImageVolumeSource": fields({ pullPolicy: zeroMeansDefault }),
  "core.v1.ObjectFieldSelector": fields({
    apiVersion: { filledIn: "v1", zeroMeansDefault: true },
  }),
  "core.v1.PodSpec": fields({
    dnsPolicy: zeroMeansDefault,
    overhead: resourceList,
    restartPolicy: zeroMeansDefault,
    schedulerName: zeroMeansDefault,
  }),
  "core.v1.Probe": fields({
    failureThreshold: zeroMeansDefault,
    periodSeconds: zeroMeansDefault,
    successThreshold: zeroMeansDefault,
    timeoutSeconds: zeroMeansDefault,
  }),
  "core.v1.RBDVolumeSource": fields({
    keyring: zeroMeansDefault,
    pool: zeroMeansDefault,
    user: zeroMeansDefault,
  }),
  "core.v1.ResourceRequirements": fields({ limits: resourceList, requests: resourceList }),
  "core.v1.ScaleIOVolumeSource": fields({
    fsType: zeroMeansDefault,
    storageMode: zeroMeansDefault,
  }),
  "core.v1.ServiceAccountTokenProjection": fields({ expirationSeconds: { filledIn: 3600 } }),
  "core.v1.ServicePort": fields({ protocol: zeroMeansDefault, targetPort: zeroMeansDefault }),
  "core.v1.ServiceSpec": fields({ sessionAffinity: zeroMeansDefault, type: zeroMeansDefault }),
  "core.v1.VolumeResourceRequirements": fields({ limits: resourceList, requests: resourceList }),
  "meta.v1.LabelSelector": emptyCounts,
  "v1/Secret": fields({ type: zeroMeansDefault }),
};
