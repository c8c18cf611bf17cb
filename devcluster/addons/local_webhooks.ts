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

/** Selector of the pods of LeaderWorkerSets. All of them have this label. */
const OF_LEADER_WORKER_SET = {
  matchExpressions: [{ key: "leaderworkerset.sigs.k8s.io/name", operator: "Exists" }],
};

/**
 * Returns the webhook configurations of the controller of LeaderWorkerSets, adapted to a controller outside the
 * cluster. The API server calls the webhooks at a loopback port instead of a Service. As in the published installation,
 * a webhook for pods receives only the pods of LeaderWorkerSets.
 *
 * @param manifests the configurations of the controller, in YAML
 * @param caBundle certificate of the authority that signed the webhooks' certificate: PEM, in base64
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
