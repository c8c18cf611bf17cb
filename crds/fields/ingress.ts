import { z } from "zod";
import { rules } from "./rules.ts";
import { stringMap } from "./string_map.ts";

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
  useVirtualService: z.boolean().describe(
    "Ignored: the operator does not create VirtualServices.",
  )
    .optional(),
  virtualServiceGateway: z.string().describe(
    "Ignored: the operator does not create VirtualServices.",
  ).optional(),
}).meta({
  description:
    "Exposure outside the cluster. Only frontends use it; without it, a frontend of a graph uses the settings of the operator.",
  ...rules({
    rule: "!has(self.enabled) || !self.enabled || (has(self.host) && self.host != '')",
    message: "host is required when ingress is enabled; set it, or set enabled to false",
    fieldPath: ".host",
    reason: "FieldValueRequired",
  }),
});

/** Exposure of a frontend outside the cluster. */
export type Ingress = z.input<typeof ingress>;
