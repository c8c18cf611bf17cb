import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import type { ObjectMeta } from "../../kube/object.ts";

/** The metadata of an object in the namespace of a component; empty maps are left out. */
export function childMetadata(
  component: DynamoComponentDeployment,
  name: string,
  labels: Record<string, string> | undefined,
  annotations: Record<string, string> | undefined,
): ObjectMeta {
  const { namespace } = component.metadata;
  return {
    name,
    ...(namespace && { namespace }),
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    ...(annotations && Object.keys(annotations).length > 0 && { annotations }),
  };
}
