// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";

/** Configuration of admission webhooks. */
interface WebhookConfiguration {
  webhooks: Webhook[];
}

interface Webhook {
  clientConfig: { service?: { path: string }; url?: string; caBundle?: string };
  rules: { resources: string[] }[];
  objectSelector?: unknown;
}

/** Selects the pods of LeaderWorkerSets by the label that all these pods have. */
const OF_LEADER_WORKER_SET = {
  matchExpressions: [{ key: "leaderworkerset.sigs.k8s.io/name", operator: "Exists" }],
};

/**
 * Returns the webhook configurations of the controller of LeaderWorkerSets, adapted to a controller outside the
 * cluster. The API server calls the webhooks at a loopback port instead of a Service. A webhook for pods receives only
 * the pods of LeaderWorkerSets, as in the installation that the LeaderWorkerSet project publishes.
 *
 * @param manifests the published webhook configurations of the controller, in YAML
 * @param caBundle base64 of a PEM file with the certificate of the CA that signed the webhooks' certificate
 */
export function localWebhooks(
  manifests: string,
  { port, caBundle }: { port: number; caBundle: string },
): WebhookConfiguration[] {
  return (parseAll(manifests) as WebhookConfiguration[]).map((configuration) => ({
    ...configuration,
    webhooks: configuration.webhooks.map((webhook) => ({
      ...webhook,
      clientConfig: {
        url: `https://127.0.0.1:${port}${webhook.clientConfig.service?.path}`,
        caBundle,
      },
      ...(webhook.rules.some(({ resources }) => resources.includes("pods")) && {
        objectSelector: OF_LEADER_WORKER_SET,
      }),
    })),
  }));
}
