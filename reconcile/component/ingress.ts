import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { Ingress as IngressSpec } from "../../crds/fields/ingress.ts";
import type { Ingress } from "../../kube/builtin.ts";
import { HTTP_PORT } from "../pod/ports.ts";
import { childMetadata } from "../dynamo/child_metadata.ts";

const DEFAULT_HOST_SUFFIX = "local";

/** The Ingress of a component, if it is enabled and knows its class; whoever has none does not want one made. */
export function ingressManifest(component: DynamoComponentDeployment): Ingress | undefined {
  const { metadata: { name }, spec: { ingress } } = component;
  if (!ingress?.enabled || !ingress.ingressControllerClassName) return undefined;
  const host = hostOf(ingress);
  const { annotations, labels, tls } = ingress;
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: childMetadata(component, name, labels, annotations),
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

/** `<prefix><host>.<suffix>`; an empty suffix leaves the host as it is. */
function hostOf({ hostPrefix = "", host = "", hostSuffix }: IngressSpec): string {
  const suffix = hostSuffix ?? DEFAULT_HOST_SUFFIX;
  return suffix === "" ? `${hostPrefix}${host}` : `${hostPrefix}${host}.${suffix}`;
}
