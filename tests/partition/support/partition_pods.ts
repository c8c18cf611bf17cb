// @ts-types="../../../types/std/assert.d.ts"
import { assert } from "@std/assert";
import { pods } from "../../../kube/builtin.ts";
import { eventually } from "../../support/eventually.ts";
import type { Scene } from "../../support/namespace_client.ts";

/** Resolves with the name of the pod of a partition job that is in a phase and stays. */
export async function podOf(scene: Scene, name: string, phase: string): Promise<string> {
  return await eventually(async () => {
    const found = (await scene.list(pods)).find(({ metadata, status }) =>
      metadata.name.startsWith(`${name}-job-`) && !metadata.deletionTimestamp &&
      status?.phase === phase
    );
    assert(found, `No pod of "${name}" is ${phase}`);
    return found.metadata.name;
  });
}
