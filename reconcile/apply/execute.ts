import { getLogger } from "@logtape/logtape";
import type { Client } from "../../kube/client.ts";
import { isInvalid, isNotFound } from "../../kube/errors.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { bounded } from "./bounded.ts";
import { clearIntruders } from "./remove_conflicting_fields.ts";
import { decide, HASH_PATH } from "./decide.ts";
import { drift } from "./drift.ts";
import { withoutEmptied } from "./emptied_objects.ts";
import { describeRef, type Execution, type Ref, refOf } from "./execution.ts";
import { explainApplyError } from "./explain_apply_error.ts";
import { isStale } from "./is_stale.ts";
import { createKeyLock } from "./key_lock.ts";
import type { Log } from "../../kube/log.ts";
import { isNamespaceTerminating } from "./namespace_terminating.ts";
import { createNotKept } from "./dropped_fields.ts";
import { carriesPlan, planHashOf } from "./plan_hash.ts";
import type { Planned } from "./planned.ts";
import { deleteObject, pruneObject } from "./prune.ts";
import type { StoredKind, StoredKinds } from "./stored_kinds.ts";

export type { Execution, WriteError } from "./execution.ts";

export interface ExecutorOptions {
  client: Pick<Client, "apply" | "delete" | "get" | "patch">;
  stores: StoredKinds;
  log?: Log;
  /** Writes of one plan that may be under way at the same time; 4 by default. */
  concurrency?: number;
}

/** What one parent should have, and no longer have. */
export interface Work {
  parent: KubeObject;
  /** Writes start in this order. */
  planned: readonly Planned[];
  /** Objects to take away after that, see {@link pruneObject}. */
  prune?: readonly KubeObject[];
  /** Nothing may be written. */
  paused?: boolean;
  signal?: AbortSignal;
}

export interface Executor {
  /**
   * Writes what differs from what is stored, and only that; an object that cannot be written does not stop the
   * others. What the API server answered is in the stores when this resolves. It does not throw.
   */
  execute(work: Work): Promise<Execution>;
}

/**
 * Makes the executor of a process. All controllers share one: what is decided about an object and the write that
 * follows are one step for it, whichever parents it is shared by.
 */
export function createExecutor(options: ExecutorOptions): Executor {
  const { client, stores, concurrency = 4, log = getLogger(["engine", "executor"]) } = options;
  const notKept = createNotKept();
  const lock = createKeyLock();

  async function writePlanned(planned: Planned, work: Work, execution: Execution) {
    const { parent, paused, signal } = work;
    const { manifest } = planned;
    const kind = stores(manifest);
    const ref = refOf(manifest);
    const live = kind.store.get(objectKey(manifest.metadata));
    const predecessor = planned.after?.find((object) =>
      stores(object).store.get(objectKey(object.metadata))?.metadata.uid === object.metadata.uid
    );
    const decision = decide({ parent, planned, live, paused, notKept, predecessor });
    switch (decision.action) {
      case "none":
        if (decision.reason === "paused" && live && carriesPlan(live, manifest)) {
          const message = `${describeRef(ref)} was changed and is not put right while paused`;
          execution.blocked.push({ ref, reason: "Paused", message });
        }
        return;
      case "blocked":
        execution.blocked.push({ ref, reason: decision.reason, message: decision.message });
        return;
      case "replace":
        await deleteObject(decision.live, { client, kind, signal });
        break;
      case "create":
        if (hasNoContent(manifest) && await isTaken(manifest, kind, signal)) {
          execution.conflicts.push(ref);
          return;
        }
        break;
      case "apply": {
        const first = live && withoutEmptied(decision.manifest, live);
        if (first) await client.apply(kind.resource, first, { signal });
        break;
      }
    }
    // What is new to us must be new to everybody: without force, an object that a stranger made in the meantime answers
    // 409, and the next pass sees whose it is.
    const force = decision.action !== "create";
    const write = () => apply(decision.manifest, kind, { force, signal });
    try {
      await write();
    } catch (error) {
      if (decision.action !== "apply" || !live || !isInvalid(error) || isStale(error)) throw error;
      const cleared = await clearIntruders(decision.manifest, live, { client, kind, signal });
      if (!cleared) throw error;
      await write();
    }
    const why = decision.action === "create" ? ["new"] : decision.why;
    const verb = decision.action;
    execution.writes.push({ ref, verb, why });
    log.debug("{verb} {object}: {why}", { verb, object: describeRef(ref), why });
  }

  /** Asks the API server for an object that no event has told of yet, and takes in what it answers. */
  async function isTaken(
    { metadata }: KubeObject,
    { resource, store }: StoredKind,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    try {
      store.write(await client.get(resource, metadata, { signal }));
      return true;
    } catch (error) {
      if (isNotFound(error)) return false;
      throw error;
    }
  }

  async function apply(
    manifest: KubeObject,
    kind: StoredKind,
    options: { force: boolean; signal: AbortSignal | undefined },
  ) {
    let stored: KubeObject;
    try {
      stored = await client.apply(kind.resource, manifest, options);
    } catch (error) {
      throw explainApplyError(error, manifest);
    }
    kind.store.write(stored);
    const lost = drift(manifest, stored);
    const hash = planHashOf(manifest) ?? "";
    if (planHashOf(stored) !== hash) lost.push(HASH_PATH);
    if (notKept.remember(stored.metadata.uid ?? "", hash, lost)) {
      const object = describeRef(refOf(manifest));
      log.warn(
        "The API server did not keep all that was applied to {object}: {fields} (a feature gate or a mutating webhook)",
        { object, fields: lost },
      );
    }
  }

  /** Runs one step for one object; what goes wrong is noted, not thrown. */
  async function step(object: KubeObject, execution: Execution, work: () => Promise<void>) {
    const ref = refOf(object);
    try {
      await lock.run(lockKey(ref), work);
    } catch (error) {
      const again = isStale(error) || isNamespaceTerminating(error) || isHeldBack(error) ||
        (isBinding(object) && isNotFound(error));
      if (again) execution.conflicts.push(ref);
      else execution.errors.push({ ref, error });
    }
  }

  return {
    async execute(work) {
      const { parent, planned, prune = [], paused, signal } = work;
      const execution: Execution = { writes: [], errors: [], blocked: [], conflicts: [] };
      const write = (item: Planned) =>
        step(item.manifest, execution, () => writePlanned(item, work, execution));
      await bounded(planned.filter((item) => !isBinding(item.manifest)), concurrency, write);
      await bounded(planned.filter((item) => isBinding(item.manifest)), concurrency, write);
      if (paused) return execution;
      await bounded(prune, concurrency, (object) =>
        step(object, execution, async () => {
          const kind = stores(object);
          const write = await pruneObject(object, { client, kind, parent, signal });
          if (write) execution.writes.push(write);
        }));
      return execution;
    },
  };
}

/** Whether an apply that meets a stranger's object would find no field to conflict in: an account is a name alone. */
function hasNoContent(manifest: KubeObject): boolean {
  return Object.keys(manifest).every((field) => ["apiVersion", "kind", "metadata"].includes(field));
}

/**
 * Whether the API server looks up something else to admit the object: the role of a binding. It does so in a cache, so a
 * role that was written just now may be unknown for a moment.
 */
function isBinding({ kind }: KubeObject): boolean {
  return kind === "RoleBinding";
}

function lockKey({ apiVersion, kind, namespace = "", name }: Ref): string {
  return `${apiVersion}/${kind}/${namespace}/${name}`;
}
