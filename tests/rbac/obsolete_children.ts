import { deployments, ingresses, services } from "../../kube/builtin.ts";
import { virtualServices } from "../../kube/optional_kinds.ts";
import type { KubeObject } from "../../kube/object.ts";
import type { Resource } from "../../kube/resource.ts";

const LABELS = { app: "obsolete" };

/** Returns children that the plan of the component does not contain, one of each kind. The operator must prune them. */
export function obsoleteChildrenOf(
  owner: KubeObject,
): { kind: Resource<KubeObject>; object: KubeObject }[] {
  const { apiVersion, kind, metadata: { name, uid = "" } } = owner;
  const metadata = {
    name: "obsolete",
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
  };
  const child = (of: Resource<KubeObject>, spec: unknown) => ({
    kind: of,
    object: { apiVersion: of.apiVersion, kind: of.kind, metadata, spec },
  });
  return [
    child(deployments, {
      replicas: 0,
      selector: { matchLabels: LABELS },
      template: {
        metadata: { labels: LABELS },
        spec: { containers: [{ name: "main", image: "registry.example/leftover:1" }] },
      },
    }),
    child(services, { selector: LABELS, ports: [{ port: 80 }] }),
    child(ingresses, { defaultBackend: { service: { name: "obsolete", port: { number: 80 } } } }),
    child(virtualServices, { hosts: ["obsolete.example.com"] }),
  ];
}
