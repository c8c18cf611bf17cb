import type { Manager } from "../../reconcile/engine/manager.ts";
import { componentKinds } from "../../reconcile/component/children.ts";
import { componentController } from "../../reconcile/component/controller.ts";
import { createKeySource } from "../../reconcile/component/ssh_key_pair.ts";
import { graphKinds } from "../../reconcile/graph/children.ts";
import { graphController } from "../../reconcile/graph/controller.ts";
import { modelKinds } from "../../reconcile/model/children.ts";
import { modelController } from "../../reconcile/model/controller.ts";
import { partitionKinds } from "../../reconcile/partition/children.ts";
import { partitionController } from "../../reconcile/partition/controller.ts";
import { requestKinds } from "../../reconcile/request/children.ts";
import { requestController } from "../../reconcile/request/controller.ts";
import { scalingKinds } from "../../reconcile/scaling/children.ts";
import { scalingController } from "../../reconcile/scaling/controller.ts";
import type { RunOptions } from "./options.ts";

/** Controllers of the operator. `add` registers the controller; `kinds` returns the kinds that the controller uses. */
export const CONTROLLERS = [
  { add: graphController, kinds: graphKinds },
  { add: componentController, kinds: componentKinds },
  { add: modelController, kinds: modelKinds },
  { add: partitionController, kinds: partitionKinds },
  { add: scalingController, kinds: scalingKinds },
  { add: requestController, kinds: requestKinds },
];

/** Registers all controllers. They share one SSH key pair, which this process writes to each new MPI Secret. */
export function addControllers(
  manager: Manager,
  options: Pick<RunOptions, "platform" | "partition" | "workers">,
): void {
  const newKey = createKeySource();
  for (const { add } of CONTROLLERS) add(manager, { ...options, newKey });
}
