import type { Manager } from "../../reconcile/engine/manager.ts";
import { componentKinds } from "../../reconcile/component/children.ts";
import { componentController } from "../../reconcile/component/controller.ts";
import { createKeySource } from "../../reconcile/component/ssh_key_pair.ts";
import { finalizerKinds, unreconciledKinds } from "../../reconcile/finalizer/children.ts";
import { finalizerController } from "../../reconcile/finalizer/controller.ts";
import { graphKinds } from "../../reconcile/graph/children.ts";
import { graphController } from "../../reconcile/graph/controller.ts";
import { partitionKinds } from "../../reconcile/partition/children.ts";
import { partitionController } from "../../reconcile/partition/controller.ts";
import type { RunOptions } from "./options.ts";

import { requestKinds } from "../../reconcile/request/children.ts";
import { requestController } from "../../reconcile/request/controller.ts";

/** Controllers of the operator. `add` registers the controller; `kinds` returns the kinds that the controller uses. */
export const CONTROLLERS = [
  { add: graphController, kinds: graphKinds },
  { add: componentController, kinds: componentKinds },
  { add: partitionController, kinds: partitionKinds },
  { add: requestController, kinds: requestKinds },
  ...unreconciledKinds.map((resource) => ({
    add: (manager: Manager) => finalizerController(manager, resource),
    kinds: () => finalizerKinds(resource),
  })),
];

/** Registers all controllers. They share one key pair, so that all new Secrets of this process contain the same one. */
export function addControllers(
  manager: Manager,
  options: Pick<RunOptions, "platform" | "partition" | "workers">,
): void {
  const newKey = createKeySource();
  for (const { add } of CONTROLLERS) add(manager, { ...options, newKey });
}
