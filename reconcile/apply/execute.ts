import { getLogger } from "@logtape/logtape";
import type { Client } from "../../kube/client.ts";
import { isInvalid, isNotFound } from "../../kube/errors.ts";
import type { Log } from "../../kube/log.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { bounded, createKeyLock } from "./concurrency.ts";
import { removeConflictingFields } from "./conflicting_fields.ts";
import { decide, HASH_PATH, manifestFor } from "./decide.ts";
import { drift } from "./drift.ts";
import { createDroppedFields } from "./dropped_fields.ts";
import { withoutEmptied } from "./emptied_objects.ts";
import { describeRef, type Execution, type Ref, refOf } from "./execution.ts";
import { carriesPlan, planHashOf } from "./plan_hash.ts";
import type { Planned } from "./planned.ts";
import { deleteObject, pruneObject } from "./prune.ts";
import { PAUSED } from "./reasons.ts";
import type { StoredKind, StoredKinds } from "./stored_kinds.ts";
import { explainApplyError, isNamespaceTerminating, isStale } from "./write_errors.ts";

/** Dependencies of an executor. */
export interface ExecutorOptions {
  client: Pick<Client, "apply" | "delete" | "get" | "patch">;
  stores: StoredKinds;
  log?: Log;
  /** Maximum number of concurrent writes of one plan; 4 by default. */
  concurrency?: number;
}

/** The children that one parent should have, and the children to prune. */
export interface Work {
  parent: KubeObject;
  /** The objects to write, in the order in which the writes start within each group of {@link inOrder}. */
  planned: readonly Planned[];
  /** Objects to prune after the writes, see {@link pruneObject}. */
  prune?: readonly KubeObject[];
  /** Whether the parent is paused. The executor then writes and prunes nothing. */
  paused?: boolean;
  signal?: AbortSignal;
}

/** Writes the planned objects of all controllers. */
export interface Executor {
  /**
   * Writes the planned objects that differ from the stored objects; an error for one object does not stop the others.
   * When the promise resolves, the stores contain the objects that the API server returned. The promise never rejects.
   */
  execute(work: Work): Promise<Execution>;
}

/**
 * Creates the executor of the process. All controllers share it. The executor decides and writes under one lock for each
 * object, because several parents may share an object.
 */
export function createExecutor(options: ExecutorOptions): Executor {
  const { client, stores, concurrency = 4, log = getLogger(["engine", "executor"]) } = options;
  const dropped = createDroppedFields();
  const lock = createKeyLock();

  async function writePlanned(planned: Planned, work: Work, execution: Execution) {
    const { parent, paused, signal } = work;
    const { manifest } = planned;
    const kind = stores(manifest);
    const target = { client, kind, signal };
    const ref = refOf(manifest);
    let live = kind.store.get(objectKey(manifest.metadata));
    const predecessor = planned.after?.find(stillExists);
    let rebased: KubeObject | undefined;
    const decision = decide({ parent, planned, live, paused, predecessor, dropped });
    switch (decision.action) {
      case "none":
        if (decision.reason === "paused" && live && carriesPlan(live, planned)) {
          const message = `${
            describeRef(ref)
          } has drifted; the operator does not repair it while reconciliation is paused`;
          execution.blocked.push({ ref, reason: PAUSED, message });
        }
        return;
      case "blocked":
        execution.blocked.push({ ref, reason: decision.reason, message: decision.message });
        return;
      case "replace":
        await deleteObject(decision.live, target);
        break;
      case "create":
        if (hasNoContent(manifest) && await existsUnseen(manifest, kind, signal)) {
          execution.conflicts.push(ref);
          return;
        }
        break;
      case "apply": {
        const first = live && withoutEmptied(decision.manifest, live);
        if (!first) break;
        live = await client.apply(kind.resource, first, { signal });
        rebased = manifestFor(live, { parent, planned });
        break;
      }
    }
    // If another client created the object after the decision, an apply without force conflicts. The key is requeued.
    const force = decision.action !== "create";
    const toApply = rebased ?? decision.manifest;
    try {
      await apply(toApply, kind, { force, signal });
    } catch (error) {
      if (decision.action !== "apply" || !live || !isInvalid(error) || isStale(error)) throw error;
      const cleared = await removeConflictingFields(toApply, live, target);
      if (!cleared) throw error;
      await apply(manifestFor(cleared, { parent, planned }), kind, { force, signal });
    }
    const { action: verb } = decision;
    const why = verb === "create" ? ["new"] : decision.why;
    execution.writes.push({ ref, verb, why });
    log.debug("{verb} {object}: {why}", { verb, object: describeRef(ref), why });
  }

  function stillExists(object: KubeObject): boolean {
    const { metadata } = object;
    return stores(object).store.get(objectKey(metadata))?.metadata.uid === metadata.uid;
  }

  /** Reads and stores an object that the watch may not have reported yet. Returns whether the object exists. */
  async function existsUnseen(
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
    const fields = drift(manifest, stored, shapeOf(kind.resource));
    const hash = planHashOf(manifest) ?? "";
    if (planHashOf(stored) !== hash) fields.push(HASH_PATH);
    if (dropped.remember(stored.metadata.uid ?? "", hash, fields)) {
      const object = describeRef(refOf(manifest));
      log.warn(
        "The API server did not store these applied fields of {object}: {fields}; check feature gates and mutating webhooks",
        { object, fields },
      );
    }
  }

  /** Runs one write under the lock of its object. Records an error in `execution` instead of throwing it. */
  async function step(object: KubeObject, execution: Execution, work: () => Promise<void>) {
    const ref = refOf(object);
    try {
      await lock.run(lockKey(ref), work);
    } catch (error) {
      const retry = isStale(error) || isNamespaceTerminating(error) || isHeldBack(error) ||
        (isBinding(object) && isNotFound(error));
      if (retry) execution.conflicts.push(ref);
      else execution.errors.push({ ref, error });
    }
  }

  return {
    async execute(work) {
      const { parent, planned, prune = [], paused, signal } = work;
      const execution: Execution = { writes: [], errors: [], blocked: [], conflicts: [] };
      const write = (item: Planned) =>
        step(item.manifest, execution, () => writePlanned(item, work, execution));
      for (const group of inOrder(planned)) await bounded(group, concurrency, write);
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

/** Returns the planned objects in groups. The executor writes one group after the other. */
function inOrder(planned: readonly Planned[]): Planned[][] {
  const bindings = planned.filter(({ manifest }) => isBinding(manifest));
  const others = planned.filter(({ manifest }) => !isBinding(manifest));
  return [
    others.filter(({ prerequisite }) => prerequisite),
    others.filter(({ prerequisite }) => !prerequisite),
    bindings,
  ];
}

/** Returns whether the manifest has only metadata (a ServiceAccount), so that its apply cannot conflict. */
function hasNoContent(manifest: KubeObject): boolean {
  return Object.keys(manifest).every((field) => ["apiVersion", "kind", "metadata"].includes(field));
}

/**
 * Returns whether the object is a RoleBinding. To admit a RoleBinding, the API server reads the Role from a cache,
 * which may not contain a new Role yet. So the executor writes RoleBindings last, and retries after a 404 response.
 */
function isBinding({ kind }: KubeObject): boolean {
  return kind === "RoleBinding";
}

function lockKey({ apiVersion, kind, namespace = "", name }: Ref): string {
  return `${apiVersion}/${kind}/${namespace}/${name}`;
}
