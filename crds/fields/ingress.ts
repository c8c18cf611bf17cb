import { z } from "zod";
import { required, rules } from "./rules.ts";
import { stringMap } from "./basic_types.ts";

const NO_VIRTUAL_SERVICE = "Ignored: the operator does not create VirtualServices.";

/**
 * The schema of `ingress` of a component.
 *
 * @internal
 */
export const ingress = z.object({
  enabled: z.boolean().describe("Whether the frontend is exposed outside the cluster.").optional(),
  host: z.string().describe("Host name without prefix and suffix.").optional(),
  hostPrefix: z.string().describe("Prefix of the host name.").optional(),
  hostSuffix: z.string().describe(
    "Domain after the host name. Defaults to local; an empty value adds none.",
  ).optional(),
  annotations: stringMap("Annotations of the Ingress.").optional(),
  labels: stringMap("Labels of the Ingress.").optional(),
  tls: z.object({
    secretName: z.string().describe("Name of the Secret with the TLS certificate of the host.")
      .optional(),
  }).describe("TLS settings of the Ingress.").optional(),
  ingressControllerClassName: z.string().describe(
    "Name of the IngressClass. Without it, the operator creates no Ingress.",
  ).optional(),
  useVirtualService: z.boolean().describe(NO_VIRTUAL_SERVICE).optional(),
  virtualServiceGateway: z.string().describe(NO_VIRTUAL_SERVICE).optional(),
}).meta({
  description:
    "Exposure outside the cluster. Only frontends use it; without it, a frontend of a graph uses the settings of the operator.",
  ...rules(required(
    "host",
    "!has(self.enabled) || !self.enabled || (has(self.host) && self.host != '')",
    "host is required when ingress is enabled; set it, or set enabled to false",
  )),
});

/** Exposure of a frontend outside the cluster. */
export type Ingress = z.input<typeof ingress>;
