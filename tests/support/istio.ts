import type { Cluster } from "../../devcluster/cluster.ts";
import { untilServed } from "../../devcluster/kubectl.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";

/** An Istio gateway. With {@link GATEWAY_FLAG}, the operator creates VirtualServices for this gateway. */
export const GATEWAY = "istio-system/public";
export const GATEWAY_FLAG = `--istio-virtual-service-gateway=${GATEWAY}`;

const CRD = `crd/${virtualServices.plural}.${virtualServices.group}`;

const text = { type: "string" };
const object = (properties: Record<string, unknown>, required: string[] = []) => ({
  type: "object",
  properties,
  ...(required.length > 0 && { required }),
});
const list = (items: unknown) => ({ type: "array", items });

/**
 * Schema of the spec with only those fields of Istio's CRD that the tests use. The API server removes all other fields.
 */
const spec = object({
  hosts: list(text),
  gateways: list(text),
  exportTo: list(text),
  http: list(object({
    name: text,
    match: list(object({ uri: object({ prefix: text, exact: text }) })),
    route: list(
      object({
        destination: object({ host: text, port: object({ number: { type: "integer" } }) }, [
          "host",
        ]),
        weight: { type: "integer", format: "int32" },
      }, ["destination"]),
    ),
    timeout: text,
  })),
});

/** Installs a CRD of Istio's VirtualServices, without a controller. */
export async function installVirtualServices(cluster: Cluster): Promise<void> {
  const { group, version, kind, plural } = virtualServices;
  const status = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const crd = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { kind, plural, singular: kind.toLowerCase() },
      versions: [{
        name: version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: object({ spec, status }) },
        subresources: { status: {} },
      }],
    },
  };
  await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(crd));
  await untilServed(cluster.kubectl, [CRD]);
}

/** Deletes the CRD of VirtualServices if it exists. The API server then deletes all VirtualServices. */
export async function removeVirtualServices(cluster: Cluster): Promise<void> {
  await cluster.kubectl(["delete", CRD, "--ignore-not-found"]);
}
