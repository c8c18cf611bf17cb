import type { Manager } from "../../reconcile/engine/manager.ts";
import { componentKinds } from "../../reconcile/component/children.ts";
import { componentController } from "../../reconcile/component/controller.ts";
import { finalizerKinds, unreconciledKinds } from "../../reconcile/finalizer/children.ts";
import { finalizerController } from "../../reconcile/finalizer/controller.ts";
import { graphKinds } from "../../reconcile/graph/children.ts";
import { graphController } from "../../reconcile/graph/controller.ts";
import { partitionKinds } from "../../reconcile/partition/children.ts";
import { partitionController } from "../../reconcile/partition/controller.ts";
import { scalingKinds } from "../../reconcile/scaling/children.ts";
import { scalingController } from "../../reconcile/scaling/controller.ts";

/** Controllers of the operator. `add` registers the controller; `kinds` returns the kinds that the controller uses. */
export const CONTROLLERS = [
  { add: graphController, kinds: graphKinds },
  { add: componentController, kinds: componentKinds },
  { add: scalingController, kinds: scalingKinds },
  { add: partitionController, kinds: partitionKinds },
  ...unreconciledKinds.map((resource) => ({
    add: (manager: Manager) => finalizerController(manager, resource),
    kinds: () => finalizerKinds(resource),
  })),
];
