import generated from "./builtin_shapes.generated.json" with { type: "json" };
import { fieldOf, type Shape } from "./shape.ts";
import { readShapes, type ShapeFacts, type ShapeFile } from "./shape_file.ts";

// The rules in this file come from the defaulting code of Kubernetes 1.35. Its OpenAPI document does not contain them.

const emptyCounts: ShapeFacts = { emptyCounts: true };
/** The API server rounds quantities in `limits`, `requests` and `overhead` up to the next thousandth. */
const resourceList: ShapeFacts = { each: { quantity: "milli" } };
const resourceLists: ShapeFacts = { fields: { limits: resourceList, requests: resourceList } };
const container = zeroMeansDefault({
  // The default of `imagePullPolicy` depends on the tag of the image.
  imagePullPolicy: undefined,
  terminationMessagePath: "/dev/termination-log",
  terminationMessagePolicy: "File",
});
/** The default mode of the files in a volume is 0644 (420 in decimal). */
const fileMode: ShapeFacts = { fields: { defaultMode: { filledIn: 420 } } };

/**
 * Returns the rules for a type whose fields have the default values in `defaults`. If such a field is 0, "" or omitted,
 * the API server sets the default value. In `defaults`, undefined means that the default value depends on other fields.
 */
function zeroMeansDefault(
  defaults: Record<string, string | number | undefined>,
  others: ShapeFacts["fields"] = {},
): ShapeFacts {
  const facts = Object.entries(defaults).map(([name, filledIn]): [string, ShapeFacts] => [
    name,
    { zeroMeansDefault: true, ...(filledIn !== undefined && { filledIn }) },
  ]);
  return { fields: { ...Object.fromEntries(facts), ...others } };
}

/**
 * Rules to add to the shapes in `builtin_shapes.generated.json`. The keys are names of types and kinds in that file. A
 * shape describes how the API server merges and stores fields.
 */
export const builtinShapeFacts: Readonly<Record<string, ShapeFacts>> = {
  "apps.v1.DeploymentSpec": {
    fields: {
      progressDeadlineSeconds: { filledIn: 600 },
      replicas: { filledIn: 1 },
      revisionHistoryLimit: { filledIn: 10 },
    },
  },
  "apps.v1.DeploymentStrategy": zeroMeansDefault({ type: "RollingUpdate" }),
  "core.v1.Container": container,
  "core.v1.ContainerPort": zeroMeansDefault({ protocol: "TCP" }),
  "core.v1.DownwardAPIVolumeSource": fileMode,
  "core.v1.EmptyDirVolumeSource": emptyCounts,
  "core.v1.EphemeralContainer": container,
  "core.v1.HTTPGetAction": zeroMeansDefault({ path: "/", scheme: "HTTP" }),
  "core.v1.ISCSIVolumeSource": zeroMeansDefault({ iscsiInterface: "default" }),
  "core.v1.ImageVolumeSource": zeroMeansDefault({ pullPolicy: undefined }),
  "core.v1.ObjectFieldSelector": zeroMeansDefault({ apiVersion: "v1" }),
  "core.v1.PodSpec": zeroMeansDefault({
    dnsPolicy: "ClusterFirst",
    restartPolicy: "Always",
    schedulerName: "default-scheduler",
  }, {
    overhead: resourceList,
    terminationGracePeriodSeconds: { filledIn: 30 },
  }),
  "core.v1.Probe": zeroMeansDefault({
    failureThreshold: 3,
    periodSeconds: 10,
    successThreshold: 1,
    timeoutSeconds: 1,
  }),
  "core.v1.ProjectedVolumeSource": fileMode,
  "core.v1.RBDVolumeSource": zeroMeansDefault({
    keyring: "/etc/ceph/keyring",
    pool: "rbd",
    user: "admin",
  }),
  "core.v1.ResourceRequirements": resourceLists,
  "core.v1.ScaleIOVolumeSource": zeroMeansDefault({
    fsType: "xfs",
    storageMode: "ThinProvisioned",
  }),
  "core.v1.ServiceAccountTokenProjection": { fields: { expirationSeconds: { filledIn: 3600 } } },
  "core.v1.ServicePort": zeroMeansDefault({ protocol: "TCP", targetPort: undefined }),
  "core.v1.ServiceSpec": zeroMeansDefault({ sessionAffinity: "None", type: "ClusterIP" }, {
    internalTrafficPolicy: { filledIn: "Cluster" },
  }),
  "core.v1.Volume": { fields: { configMap: fileMode, secret: fileMode } },
  "core.v1.VolumeResourceRequirements": resourceLists,
  "meta.v1.LabelSelector": emptyCounts,
  "v1/Secret": zeroMeansDefault({ type: "Opaque" }),
};

/**
 * Describes how the API server merges and stores the fields of the kinds in `builtin.ts`, keyed by `apiVersion/kind`.
 */
export const builtinShapes: ReadonlyMap<string, Shape> = readShapes(
  generated as ShapeFile,
  builtinShapeFacts,
);

/** Describes how the API server merges and stores the fields of `metadata`, which are the same for all kinds. */
export const objectMetaShape: Shape = fieldOf(
  builtinShapes.get("v1/ConfigMap") ?? {},
  "metadata",
);

/** Describes how the API server merges and stores the fields of a pod template, for every kind that contains one. */
export const podTemplateShape: Shape = fieldOf(
  fieldOf(builtinShapes.get("apps/v1/Deployment") ?? {}, "spec"),
  "template",
);

const builtinApiVersions = new Set(
  [...builtinShapes.keys()].map((name) => name.slice(0, name.lastIndexOf("/"))),
);

/**
 * Returns whether an `apiVersion` belongs to Kubernetes and not to a CRD. For a group with a dot in its name, the
 * result is true only if `builtin.ts` declares one of its kinds.
 */
export function isBuiltinApi(apiVersion: string): boolean {
  return !apiVersion.includes(".") || builtinApiVersions.has(apiVersion);
}
