import type { Ingress as IngressSpec } from "../../crds/fields/ingress.ts";
import { type Ingress, ingresses } from "../../kube/builtin.ts";
import type { ObjectMeta } from "../../kube/object.ts";
import { childMetadata, objectLabels } from "../dynamo/child_metadata.ts";
import { hasIngress } from "../dynamo/ingress_class.ts";
import { validAnnotations, validLabels } from "../dynamo/metadata_rules.ts";
import { HTTP_PORT, type ServiceInput } from "../dynamo/service_input.ts";

const DEFAULT_HOST_SUFFIX = "local";

/** Returns the Ingress of a service; undefined unless the service enables `ingress` and names an IngressClass. */
export function ingressManifest(service: ServiceInput): Ingress | undefined {
  const { name, spec: { ingress } } = service;
  if (!hasIngress(ingress)) return undefined;
  const host = routeHost(ingress);
  const { tls } = ingress;
  return {
    apiVersion: ingresses.apiVersion,
    kind: ingresses.kind,
    metadata: routeMetadata(service, ingress),
    spec: {
      ingressClassName: ingress.ingressControllerClassName,
      rules: [{
        host,
        http: {
          paths: [{
            path: "/",
            pathType: "Prefix",
            backend: { service: { name, port: { number: HTTP_PORT } } },
          }],
        },
      }],
      ...(tls && {
        tls: [{ hosts: [host], ...(tls.secretName && { secretName: tls.secretName }) }],
      }),
    },
  };
}

/** Returns the metadata of the Ingress and the VirtualService of a service. */
export function routeMetadata(service: ServiceInput, ingress: IngressSpec): ObjectMeta {
  return childMetadata(service, {
    labels: objectLabels(service, validLabels(ingress.labels)),
    annotations: { ...service.spec.annotations, ...validAnnotations(ingress.annotations) },
  });
}

/** Returns the host `<prefix><host>.<suffix>`; without the dot if the suffix is "". */
export function routeHost({ hostPrefix = "", host = "", hostSuffix }: IngressSpec): string {
  const suffix = hostSuffix ?? DEFAULT_HOST_SUFFIX;
  return suffix === "" ? `${hostPrefix}${host}` : `${hostPrefix}${host}.${suffix}`;
}
