import type { Clock } from "../kube/clock.ts";
import type { Executor } from "./apply/execute.ts";
import type { Manager } from "./engine/manager.ts";
import type { Informers } from "./informers.ts";
import type { PartitionConfig } from "./partition/config.ts";
import type { PlatformConfig } from "./dynamo/platform_config.ts";

/** What every controller is given. */
export interface ControllerContext {
  manager: Manager;
  informers: Informers;
  executor: Executor;
  config: PlatformConfig;
  partition: PartitionConfig;
  clock: Clock;
  /** Objects of one kind that are worked on at the same time. */
  workers: number;
}
