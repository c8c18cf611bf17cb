import type { Ingress as IngressSpec } from "../../crds/fields/ingress.ts";

/**
 * Returns whether `ingress` is enabled and names no IngressClass. As in the Go operator, no Ingress is created then.
 */
export function lacksIngressClass(ingress: IngressSpec | undefined): boolean {
  return ingress?.enabled === true && !ingress.ingressControllerClassName;
}

/** Returns whether the operator creates an Ingress: `ingress` is enabled and names an IngressClass. */
export function hasIngress(ingress: IngressSpec | undefined): ingress is IngressSpec {
  return ingress?.enabled === true && !lacksIngressClass(ingress);
}
