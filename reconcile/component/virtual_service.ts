import type { Ingress as IngressSpec } from "../../crds/fields/ingress.ts";
import { type VirtualService, virtualServices } from "../../kube/optional_kinds.ts";
import { HTTP_PORT, type ServiceInput } from "../dynamo/service_input.ts";
import { routeHost, routeMetadata } from "./ingress.ts";

/**
 * Returns the VirtualService of a service; undefined unless the service enables `ingress`, sets `useVirtualService` and
 * names a gateway. The Go operator has the same rule.
 */
export function virtualServiceManifest(service: ServiceInput): VirtualService | undefined {
  const { name, spec: { ingress } } = service;
  if (!asksForVirtualService(ingress) || !ingress.virtualServiceGateway) return undefined;
  return {
    apiVersion: virtualServices.apiVersion,
    kind: virtualServices.kind,
    metadata: routeMetadata(service, ingress),
    spec: {
      hosts: [routeHost(ingress)],
      gateways: [ingress.virtualServiceGateway],
      http: [{
        match: [{ uri: { prefix: "/" } }],
        route: [{ destination: { host: name, port: { number: HTTP_PORT } } }],
      }],
    },
  };
}

/** Returns whether `ingress` is enabled and sets `useVirtualService`. */
export function asksForVirtualService(ingress: IngressSpec | undefined): ingress is IngressSpec {
  return ingress?.enabled === true && ingress.useVirtualService === true;
}
