import generated from "./builtin_shapes.generated.json" with { type: "json" };
import { fieldOf, type Shape } from "./shape.ts";
import { readShapes, type ShapeFacts, type ShapeFile } from "./shape_file.ts";

// The rules in this file come from the defaulting code of Kubernetes 1.35. Its OpenAPI document does not contain them.

const emptyCounts: ShapeFacts = { emptyCounts: true };
/** The API server rounds the quantities of limits, requests and overhead up to thousandths. */
const resourceList: ShapeFacts = { each: { quantity: "milli" } };
const resourceLists: ShapeFacts = { fields: { limits: resourceList, requests: resourceList } };
const container = zeroMeansDefault([
  "imagePullPolicy",
  "terminationMessagePath",
  "terminationMessagePolicy",
]);

/** Returns the rules of a type. The API server replaces 0 and "" by the default in each field of `names`. */
function zeroMeansDefault(names: string[], others: ShapeFacts["fields"] = {}): ShapeFacts {
  const facts = names.map((name): [string, ShapeFacts] => [name, { zeroMeansDefault: true }]);
  return { fields: { ...Object.fromEntries(facts), ...others } };
}

/** Rules to add to the shapes in `builtin_shapes.generated.json`, keyed by the name of a type or kind in that file. */
export const builtinShapeFacts: Readonly<Record<string, ShapeFacts>> = {
  "apps.v1.DeploymentStrategy": zeroMeansDefault(["type"]),
  "core.v1.Container": container,
  "core.v1.ContainerPort": zeroMeansDefault(["protocol"]),
  "core.v1.EmptyDirVolumeSource": emptyCounts,
  "core.v1.EphemeralContainer": container,
  "core.v1.HTTPGetAction": zeroMeansDefault(["path", "scheme"]),
  "core.v1.ISCSIVolumeSource": zeroMeansDefault(["iscsiInterface"]),
  "core.v1.ImageVolumeSource": zeroMeansDefault(["pullPolicy"]),
  "core.v1.ObjectFieldSelector": {
    fields: { apiVersion: { filledIn: "v1", zeroMeansDefault: true } },
  },
  "core.v1.PodSpec": zeroMeansDefault(["dnsPolicy", "restartPolicy", "schedulerName"], {
    overhead: resourceList,
  }),
  "core.v1.Probe": zeroMeansDefault([
    "failureThreshold",
    "periodSeconds",
    "successThreshold",
    "timeoutSeconds",
  ]),
  "core.v1.RBDVolumeSource": zeroMeansDefault(["keyring", "pool", "user"]),
  "core.v1.ResourceRequirements": resourceLists,
  "core.v1.ScaleIOVolumeSource": zeroMeansDefault(["fsType", "storageMode"]),
  "core.v1.ServiceAccountTokenProjection": { fields: { expirationSeconds: { filledIn: 3600 } } },
  "core.v1.ServicePort": zeroMeansDefault(["protocol", "targetPort"]),
  "core.v1.ServiceSpec": zeroMeansDefault(["sessionAffinity", "type"]),
  "core.v1.VolumeResourceRequirements": resourceLists,
  "meta.v1.LabelSelector": emptyCounts,
  "v1/Secret": zeroMeansDefault(["type"]),
};

/** Shapes (how the API server merges and stores fields) of the kinds in `builtin.ts`, keyed by `apiVersion/kind`. */
export const builtinShapes: ReadonlyMap<string, Shape> = readShapes(
  generated as ShapeFile,
  builtinShapeFacts,
);

/** Shape (how the API server merges and stores fields) of `metadata`, the same for all kinds. */
export const objectMetaShape: Shape = fieldOf(
  builtinShapes.get("v1/ConfigMap") ?? {},
  "metadata",
);

/** Shape (how the API server merges and stores fields) of a pod template, the same for all kinds that contain one. */
export const podTemplateShape: Shape = fieldOf(
  fieldOf(builtinShapes.get("apps/v1/Deployment") ?? {}, "spec"),
  "template",
);

const builtinApiVersions = new Set(
  [...builtinShapes.keys()].map((name) => name.slice(0, name.lastIndexOf("/"))),
);

/**
 * Returns whether an `apiVersion` belongs to Kubernetes and not to a CRD. Recognises a group with a dot in its name
 * only if `builtin.ts` declares one of its kinds.
 */
export function isBuiltinApi(apiVersion: string): boolean {
  return !apiVersion.includes(".") || builtinApiVersions.has(apiVersion);
}
