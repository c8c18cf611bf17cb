import type { Manager } from "../engine/manager.ts";
import { addController } from "../engine/reconcile.ts";
import { modelKinds } from "./children.ts";
import { modelContext } from "./model_context.ts";
import { modelKind } from "./model_kind.ts";

/** Adds the controller of models. It loads LoRA adapters into the pods that serve their base model. */
export function modelController(manager: Manager, { workers }: { workers: number }): void {
  const kinds = manager.watch(modelKinds());
  // The client closes a connection after each response, because the operator rarely sends a second request to a pod.
  const client = Deno.createHttpClient({ http2: false, poolMaxIdlePerHost: 0 });
  const kind = modelKind(
    modelContext(manager, kinds, (url, init) => fetch(url, { ...init, client })),
  );
  addController(manager, kind, { kinds, workers });
}
