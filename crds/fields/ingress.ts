import { z } from "zod";
import { rules } from "./rules.ts";
import { stringMap } from "./string_map.ts";

/** How a frontend is reached from outside the cluster. */
export const ingress = z.object({
  enabled: z.boolean().describe("Whether the frontend is exposed.").optional(),
  host: z.string().describe("Host name without its prefix and suffix.").optional(),
  hostPrefix: z.string().describe("What stands before the host name.").optional(),
  hostSuffix: z.string().describe(
    "Domain that stands after the host name; that of the installation if not given.",
  ).optional(),
  annotations: stringMap("Annotations of the Ingress.").optional(),
  labels: stringMap("Labels of the Ingress.").optional(),
  tls: z.object({
    secretName: z.string().describe("Secret with the certificate for the host.").optional(),
  }).describe("Encryption of the connection from outside.").optional(),
  ingressControllerClassName: z.string().describe(
    "Class of the Ingress; without one no Ingress is made.",
  ).optional(),
  useVirtualService: z.boolean().describe(
    "Whether an Istio VirtualService takes the Ingress's place.",
  )
    .optional(),
  virtualServiceGateway: z.string().describe("Istio gateway of the VirtualService.").optional(),
}).meta({
  description: "Exposure to clients outside the cluster. Only frontends have any.",
  ...rules({
    rule: "!has(self.enabled) || !self.enabled || (has(self.host) && self.host != '')",
    message: "host is required when ingress is enabled; set it, or set enabled to false",
    fieldPath: ".host",
    reason: "FieldValueRequired",
  }),
});

export type Ingress = z.input<typeof ingress>;
