import { z } from "zod";
import { required, rules } from "./rules.ts";
import { stringMap } from "./basic_types.ts";

/**
 * The schema of the `ingress` field of a component.
 *
 * @internal
 */
export const ingress = z.object({
  enabled: z.boolean().describe("Whether the frontend is exposed outside the cluster.").optional(),
  host: z.string().describe("Host name without hostPrefix and hostSuffix.").optional(),
  hostPrefix: z.string().describe("Text that is prepended to the host name.").optional(),
  hostSuffix: z.string().describe(
    "Domain that is appended to the host name. Defaults to local. If it is empty, no domain is appended.",
  ).optional(),
  annotations: stringMap("Annotations of the Ingress and the VirtualService.").optional(),
  labels: stringMap("Labels of the Ingress and the VirtualService.").optional(),
  tls: z.object({
    secretName: z.string().describe("Name of the Secret with the TLS certificate of the host.")
      .optional(),
  }).describe(
    "TLS settings of the Ingress. A VirtualService does not use them: its Istio gateway has its own TLS settings.",
  )
    .optional(),
  ingressControllerClassName: z.string().describe(
    "Name of the IngressClass. If it is omitted, the operator creates no Ingress. Condition ConfigurationWarning reports that, unless useVirtualService is true.",
  ).optional(),
  useVirtualService: z.boolean().describe(
    "Whether the operator creates an Istio VirtualService. This needs virtualServiceGateway, Istio and the flag --istio-virtual-service-gateway of the operator; otherwise condition ConfigurationWarning names what is missing.",
  ).optional(),
  virtualServiceGateway: z.string().describe(
    "Istio gateway of the VirtualService, as namespace/name, or as name in the namespace of the component.",
  ).optional(),
}).meta({
  description:
    "Ingress settings, usually of a frontend: the Ingress and the VirtualService route to port 8000. If they are omitted, a frontend of a graph uses the settings of the operator.",
  ...rules(required(
    "host",
    "!has(self.enabled) || !self.enabled || (has(self.host) && self.host != '')",
    "host is required when ingress is enabled; set it, or set enabled to false",
  )),
});

/** Ingress settings of a component. Only frontends use them. */
export type Ingress = z.input<typeof ingress>;
