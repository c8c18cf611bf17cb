import type { ComponentSpec } from "../../crds/kinds/component_spec.ts";
import type { DynamoGraphDeployment } from "../../crds/kinds/graph.ts";
import { LABELS } from "../../crds/labels.ts";
import type { StringMap } from "./child_metadata.ts";
import { dynamoNamespace, labelValue } from "./names.ts";
import type { PlatformConfig } from "./platform_config.ts";

/**
 * Returns the labels that identify a service of a graph. The component and the pods of the service have these labels.
 */
export function identityLabels(
  { metadata }: Pick<DynamoGraphDeployment, "metadata">,
  serviceName: string,
  service: ComponentSpec,
): StringMap {
  return {
    [LABELS.component]: labelValue(serviceName),
    [LABELS.dynamoNamespace]: labelValue(dynamoNamespace(metadata, service)),
    [LABELS.graphName]: labelValue(metadata.name),
  };
}

/** Returns the default `ingress` of a frontend, according to the operator's settings. */
export function defaultIngress(
  graphName: string,
  { ingress: { className, tlsSecretName, hostSuffix }, virtualServiceGateway }: PlatformConfig,
): NonNullable<ComponentSpec["ingress"]> {
  return {
    host: graphName,
    ...((className || virtualServiceGateway) && { enabled: true }),
    ...(className && { ingressControllerClassName: className }),
    ...(tlsSecretName && { tls: { secretName: tlsSecretName } }),
    ...(hostSuffix && { hostSuffix }),
    ...(virtualServiceGateway && { useVirtualService: true, virtualServiceGateway }),
  };
}
