import { withDefaults } from "../../crds/parse/parse_manifest.ts";
import type { Client } from "../../kube/client.ts";
import { isForbidden, isNotFound, reasonOf } from "../../kube/errors.ts";
import type { KubeObject } from "../../kube/object.ts";
import { type Resource, resourceName } from "../../kube/resource.ts";
import type { LoadObjects } from "./object_set.ts";

/** The objects of a cluster as the API server stores them, with their managed fields. */
export interface LoadedCluster {
  load: LoadObjects;
  /** Returns the loaded object with this UID; undefined if there is none. */
  find(uid: string | undefined): KubeObject | undefined;
}

/**
 * Returns functions that load the objects of a cluster and find them by UID. The functions write nothing to the
 * cluster. Loaded custom resources have the defaults of this operator's CRDs, even if the cluster has older CRDs.
 *
 * @param namespace the only namespace to read; "" for all namespaces
 */
export function loadCluster(
  client: Pick<Client, "list" | "serves">,
  namespace: string,
): LoadedCluster {
  const byUid = new Map<string, KubeObject>();
  return {
    find: (uid = "") => byUid.get(uid),
    async load(resource, scope) {
      const objects = await list(resource, { ...scope, namespace: scopeOf(resource) });
      for (const object of objects ?? []) byUid.set(object.metadata.uid ?? "", object);
      return objects?.map(withDefaults);
    },
  };

  function scopeOf({ namespaced }: Resource<KubeObject>): string | undefined {
    return namespaced && namespace ? namespace : undefined;
  }

  /**
   * Lists the objects of a kind. Returns undefined if the API server does not serve the kind. The API server then
   * responds with 404, or with 403 if an RBAC rule is missing.
   */
  async function list(resource: Resource<KubeObject>, scope: Parameters<LoadObjects>[1]) {
    try {
      return (await client.list(resource, scope)).items;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      if (isForbidden(error) && !await client.serves(resource)) return undefined;
      throw new Error(`Cannot list ${resourceName(resource)}: ${reasonOf(error)}`);
    }
  }
}
