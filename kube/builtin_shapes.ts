import generated from "./builtin_shapes.generated.json" with { type: "json" };
import { fieldOf, type Shape } from "./shape.ts";
import { readShapes, type ShapeFacts, type ShapeFile } from "./shape_file.ts";

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

/** Shapes of the built-in kinds that `builtin.ts` declares, by `apiVersion/kind`. */
export const builtinShapes: ReadonlyMap<string, Shape> = readShapes(
  generated as ShapeFile,
  builtinShapeFacts,
);

/** Shape of the metadata of all objects. */
export const objectMetaShape: Shape = fieldOf(
  builtinShapes.get("v1/ConfigMap") ?? {},
  "metadata",
);

const builtinApiVersions = new Set(
  [...builtinShapes.keys()].map((name) => name.slice(0, name.lastIndexOf("/"))),
);

/**
 * Returns whether an `apiVersion` belongs to Kubernetes and not to a CRD. Groups with a dot are only recognised if
 * `builtin.ts` declares one of their kinds.
 */
export function isBuiltinApi(apiVersion: string): boolean {
  return !apiVersion.includes(".") || builtinApiVersions.has(apiVersion);
}
