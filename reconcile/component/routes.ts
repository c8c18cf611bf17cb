import type { Ingress as IngressSpec } from "../../crds/fields/ingress.ts";
import { ingresses } from "../../kube/builtin.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import { resourceName } from "../../kube/resource.ts";
import type { Observed } from "../apply/observed.ts";
import type { Planned } from "../apply/planned.ts";
import { hasIngress } from "../dynamo/ingress_class.ts";
import { annotationWarnings, labelWarnings } from "../dynamo/metadata_rules.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import type { ServiceInput, ServiceSpec } from "../dynamo/service_input.ts";
import type { Warning } from "../dynamo/warning.ts";
import { ingressManifest } from "./ingress.ts";
import { asksForVirtualService, virtualServiceManifest } from "./virtual_service.ts";

/**
 * Returns the part of the cluster state that {@link routes} and {@link routeWarnings} need: whether the API server
 * serves VirtualServices.
 */
export function routesObserved(servesVirtualServices: boolean): Pick<Observed, "serves"> {
  return { serves: (kind) => servesVirtualServices && kind === virtualServices };
}

/**
 * Returns the Ingress and the VirtualService that the field `ingress` of a service requests. As in the Go operator, a
 * service with both an IngressClass and a gateway gets both objects. Omits the VirtualService while the API server does
 * not serve the kind.
 */
export function routes(service: ServiceInput, observed: Pick<Observed, "serves">): Planned[] {
  const ingress = ingressManifest(service);
  const virtualService = observed.serves(virtualServices)
    ? virtualServiceManifest(service)
    : undefined;
  return [
    ...(ingress ? [{ resource: ingresses, manifest: ingress, policy: "own" } as const] : []),
    ...(virtualService
      ? [{ resource: virtualServices, manifest: virtualService, policy: "own" } as const]
      : []),
  ];
}

/**
 * Returns warnings about the field `ingress` of a service: routes that the operator does not create, and invalid labels
 * and annotations that it omits.
 */
export function routeWarnings(
  { ingress }: ServiceSpec,
  config: Pick<PlatformConfig, "virtualServiceGateway">,
  observed: Pick<Observed, "serves">,
): Warning[] {
  if (!ingress?.enabled) return [];
  if (!asksForVirtualService(ingress)) {
    return hasIngress(ingress) ? metadataWarnings(ingress) : [
      {
        field: "ingress",
        message: "has no ingressControllerClassName, so the operator creates no Ingress: " +
          "set it to the name of an IngressClass, or set enabled to false",
      },
    ];
  }
  const missing = missingVirtualService(ingress, config, observed);
  return [
    ...(missing ? [missing] : []),
    ...(!missing || hasIngress(ingress) ? metadataWarnings(ingress) : []),
  ];
}

/**
 * Returns the reason why the operator does not create the requested VirtualService; undefined if it creates the
 * VirtualService.
 */
function missingVirtualService(
  { virtualServiceGateway }: IngressSpec,
  config: Pick<PlatformConfig, "virtualServiceGateway">,
  observed: Pick<Observed, "serves">,
): Warning | undefined {
  const field = "ingress.useVirtualService";
  if (!config.virtualServiceGateway) {
    return {
      field,
      message: "is ignored, because the operator runs without --istio-virtual-service-gateway: " +
        "set this flag (dynamo.istio in the values of the chart), or create the VirtualService yourself",
    };
  }
  if (!virtualServiceGateway) {
    return {
      field: "ingress.virtualServiceGateway",
      message: "is empty, so the operator creates no VirtualService: " +
        `set it to the name of an Istio gateway, such as ${config.virtualServiceGateway}`,
    };
  }
  if (observed.serves(virtualServices)) return undefined;
  return {
    field,
    message:
      `is ignored, because the API server does not serve ${resourceName(virtualServices)}: ` +
      "install Istio, or set useVirtualService to false",
  };
}

function metadataWarnings({ labels, annotations }: IngressSpec): Warning[] {
  return [
    ...labelWarnings("ingress.labels", labels),
    ...annotationWarnings("ingress.annotations", annotations),
  ];
}
