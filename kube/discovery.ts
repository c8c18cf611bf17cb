import { ignoreNotFound } from "./errors.ts";
import { isJsonObject } from "./json.ts";
import type { CallOptions } from "./list.ts";
import type { KubeObject } from "./object.ts";
import { groupVersionPath, type Resource } from "./resource.ts";
import type { Transport } from "./transport.ts";

/** Returns whether the API server lists the kind among the resources of its group and version. */
export async function isServed(
  transport: Pick<Transport, "request">,
  resource: Resource<KubeObject>,
  { signal }: CallOptions,
): Promise<boolean> {
  const list = await ignoreNotFound(transport.request({
    verb: "get",
    method: "GET",
    resource: "apiresources",
    path: groupVersionPath(resource),
    idempotent: true,
    signal,
  }));
  const resources = isJsonObject(list) && Array.isArray(list["resources"]) ? list["resources"] : [];
  return resources.some((entry) => isJsonObject(entry) && entry["name"] === resource.plural);
}
