import { objectMeta, persistentVolumeClaimSpec, podTemplate } from "./pod_shape.ts";
import { keyedBy, listOf, type Shape, struct } from "../../kube/shape.ts";

const zeroMeansDefault: Shape = { zeroMeansDefault: true };

function kind(fields: Readonly<Record<string, Shape>>): Shape {
  return struct({ metadata: objectMeta, ...fields });
}

const role = kind({});
const roleBinding = kind({ roleRef: { atomic: true }, subjects: listOf({ atomic: true }) });

const backend: Shape = struct({
  resource: { atomic: true },
  service: struct({ port: { atomic: true } }),
});

const service = kind({
  spec: struct({
    ports: keyedBy(
      ["port", { field: "protocol", absent: "TCP" }],
      struct({ protocol: zeroMeansDefault, targetPort: zeroMeansDefault }),
    ),
    selector: { atomic: true },
    sessionAffinity: zeroMeansDefault,
    type: zeroMeansDefault,
  }),
});

const deployment = kind({
  spec: struct({
    selector: { atomic: true },
    strategy: struct({ type: zeroMeansDefault }),
    template: podTemplate,
  }),
});

const ingress = kind({
  spec: struct({
    defaultBackend: backend,
    rules: listOf(struct({ http: struct({ paths: listOf(struct({ backend })) }) })),
  }),
});

const serviceAccount = kind({
  imagePullSecrets: listOf({ atomic: true }),
  secrets: keyedBy(["name"], { atomic: true }),
});

/** Shapes of the built-in kinds that are applied, by `apiVersion/kind`. */
export const builtinShapes: ReadonlyMap<string, Shape> = new Map([
  ["apps/v1/Deployment", deployment],
  ["networking.k8s.io/v1/Ingress", ingress],
  ["rbac.authorization.k8s.io/v1/Role", role],
  ["rbac.authorization.k8s.io/v1/RoleBinding", roleBinding],
  ["v1/ConfigMap", kind({})],
  ["v1/PersistentVolumeClaim", kind({ spec: persistentVolumeClaimSpec })],
  ["v1/Secret", kind({ type: zeroMeansDefault })],
  ["v1/Service", service],
  ["v1/ServiceAccount", serviceAccount],
]);

/** The shape of a custom kind whose schema is not known here: nothing is keyed but the metadata. */
const customKind: Shape = kind({});

/** The shape of a manifest's kind, and whether its lists are known (custom kinds may fill in defaults anywhere). */
export function shapeOf(
  manifest: { apiVersion: string; kind: string },
): { shape: Shape; known: boolean } {
  const shape = builtinShapes.get(`${manifest.apiVersion}/${manifest.kind}`);
  return shape ? { shape, known: true } : { shape: customKind, known: false };
}
