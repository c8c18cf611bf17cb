import type { Ingress as IngressSpec } from "../../crds/fields/ingress.ts";

/**
 * Returns whether the operator creates an Ingress: `ingress` is enabled and names an IngressClass. As in the Go
 * operator, no Ingress is created without a class.
 */
export function hasIngress(
  ingress: IngressSpec | undefined,
): ingress is IngressSpec & { ingressControllerClassName: string } {
  return ingress?.enabled === true && Boolean(ingress.ingressControllerClassName);
}
