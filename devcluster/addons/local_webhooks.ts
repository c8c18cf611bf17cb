// @ts-types="../../types/std/yaml.d.ts"
import { parseAll } from "@std/yaml";

interface WebhookConfiguration {
  webhooks: Webhook[];
}

interface Webhook {
  clientConfig: { service?: { path: string }; url?: string; caBundle?: string };
  rules: { resources: string[] }[];
  objectSelector?: unknown;
}

/** Label selector that matches the pods of all LeaderWorkerSets. */
const OF_LEADER_WORKER_SET = {
  matchExpressions: [{ key: "leaderworkerset.sigs.k8s.io/name", operator: "Exists" }],
};

/**
 * Returns the webhook configurations of the LeaderWorkerSet controller, changed for a controller that runs outside the
 * cluster. The API server calls the webhooks at a loopback port instead of through a Service. A webhook for pods
 * receives only the pods of LeaderWorkerSets, as in the release manifests of the controller.
 *
 * @param manifests the published webhook configurations of the controller, in YAML
 * @param caBundle base64-encoded PEM certificate of the CA that signed the certificate of the webhook server
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
