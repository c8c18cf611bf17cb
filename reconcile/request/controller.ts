import type { Manager } from "../engine/manager.ts";
import type { PlatformConfig } from "../dynamo/platform_config.ts";
import { requests } from "../dynamo/resources.ts";
import { addController } from "../engine/reconcile.ts";
import { requestKinds } from "./children.ts";
import { gatherRequest } from "./gather.ts";
import { requestKind } from "./request_kind.ts";

/** Adds the controller that runs the profiling Job of each request and creates the generated graph. */
export function requestController(
  manager: Manager,
  { platform, workers }: { platform: PlatformConfig; workers: number },
): void {
  const kinds = manager.watch(requestKinds(platform));
  const { client, accepts } = manager;
  const context = { client, accepts, namespaceScoped: platform.plannerRbacProvided };
  const kind = requestKind({
    client,
    requestStore: kinds.own.store,
    graphStore: kinds.children.graphs.store,
    recorder: manager.recorder(requests.kind.toLowerCase()),
    config: platform,
    gather: (request, moment) => gatherRequest(request, kinds, context, moment),
  });
  addController(manager, kind, { kinds, workers });
}
