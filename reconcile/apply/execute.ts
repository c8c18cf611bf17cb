import { getLogger } from "@logtape/logtape";
import type { Client } from "../../kube/client.ts";
import type { Clock } from "../../kube/clock.ts";
import { isInvalid, isNotFound } from "../../kube/errors.ts";
import type { Log } from "../../kube/log.ts";
import { type KubeObject, objectKey } from "../../kube/object.ts";
import { shapeOf } from "../../kube/resource.ts";
import { isHeldBack } from "../../kube/write_gate.ts";
import { bounded, createKeyLock } from "./concurrency.ts";
import { decide, HASH_PATH, manifestFor } from "./decide.ts";
import { knownDrift } from "./drift.ts";
import { createDroppedFields } from "./dropped_fields.ts";
import { withoutEmptied } from "./emptied_objects.ts";
import {
  describeRef,
  type Execution,
  inPlanOrder,
  type Notice,
  type Ref,
  refKey,
  refOf,
} from "./execution.ts";
import { type Children, isCurrent } from "./is_current.ts";
import { createKnownHashes } from "./known_hashes.ts";
import { FIELD_MANAGER, foreignManagers } from "./managed_fields.ts";
import { carriesPlan, planHash, planHashOf } from "./plan_hash.ts";
import type { HasSameIdentity } from "./ownership.ts";
import type { Planned } from "./planned.ts";
import { deleteObject, pruneObject, releaseObject, TO_CREATE_AGAIN } from "./prune.ts";
import { describeFight, noticesAbout } from "./notices.ts";
import { DRIFT_FIGHT, PAUSED } from "./reasons.ts";
import { readLive } from "./read_live.ts";
import { createRepairPace, paceKeyOf } from "./repair_pace.ts";
import type { StoredKind, StoredKinds } from "./stored_kinds.ts";
import { claimConflictingFields, needsTakeOver, takeOverFields, type Target } from "./take_over.ts";
import { explainApplyError, isChanged, isNamespaceTerminating, isStale } from "./write_errors.ts";
import { inWriteOrder, isBinding } from "./write_order.ts";

/** Dependencies of an executor. */
export interface ExecutorOptions {
  client: Pick<Client, "apply" | "create" | "delete" | "get" | "list" | "patch">;
  stores: StoredKinds;
  /**
   * Returns whether the operator may adopt a live object without a controller as the planned child. By default, the
   * operator adopts no objects.
   */
  hasSameIdentity?: HasSameIdentity | undefined;
  /** Clock that measures the time between repairs; by default the monotonic clock of the process. */
  clock?: Pick<Clock, "now">;
  log?: Log;
  /** Maximum number of concurrent writes of one plan; 4 by default. */
  concurrency?: number;
}

/** The children that one parent should have, and the children to prune. */
export interface Work {
  parent: KubeObject;
  /**
   * The objects to write. {@link inWriteOrder} groups them. Within a group, the executor starts the writes in list
   * order.
   */
  planned: readonly Planned[];
  /** Objects to prune after the writes, see {@link pruneObject}. */
  prune?: readonly KubeObject[];
  /**
   * Whether the executor uses foreground deletion for every pruned object. In a foreground deletion, the object exists
   * until its dependents are deleted.
   */
  pruneDependentsFirst?: boolean | undefined;
  /** Whether the parent is paused. The executor writes and prunes no children of a paused parent. */
  paused?: boolean;
  /**
   * Reads the parent from the API server, and returns whether it still exists and is not being deleted. The executor
   * calls this function before it adopts an orphan, because the stored parent may be older than the stored orphan. By
   * default, the executor assumes that the parent exists.
   */
  confirmParent?: () => Promise<boolean>;
  signal?: AbortSignal;
}

/** Writes the planned objects of all controllers. */
export interface Executor {
  /**
   * Writes the planned objects that differ from the stored objects, and continues after a failed write. When the
   * promise resolves, the stores contain the objects that the API server returned. The promise never rejects.
   */
  execute(work: Work): Promise<Execution>;
  /** Returns whether {@link execute} would write and prune nothing, according to the stores. */
  isCurrent(children: Children): boolean;
}

/**
 * Creates the executor of the process. All controllers share it. The executor locks an object while it decides about
 * the object and writes it, because several parents may share the object.
 */
export function createExecutor(options: ExecutorOptions): Executor {
  const { client, stores, concurrency = 4, log = getLogger(["engine", "executor"]) } = options;
  const { hasSameIdentity = () => false } = options;
  const dropped = createDroppedFields();
  const hashes = createKnownHashes();
  const pace = createRepairPace(options.clock ?? performance);
  const lock = createKeyLock();

  async function writePlanned(planned: Planned, work: Work, execution: Required<Execution>) {
    const { parent, paused, signal } = work;
    const { manifest } = planned;
    const kind = stores(manifest);
    const target = { client, kind, signal };
    const ref = refOf(manifest);
    const live = kind.store.get(objectKey(manifest.metadata));
    const predecessor = planned.after?.find(stillExists);
    const situation = { parent, planned, live, paused, predecessor };
    const decision = decide({ ...situation, dropped, hasSameIdentity });
    if (decision.action === "none") {
      if (decision.reason === "same" && live) hashes.remember(live);
      if (decision.reason === "paused" && live && carriesPlan(live, planned)) {
        const name = describeRef(ref);
        const message =
          `${name} has drifted; the operator does not repair it while reconciliation is paused`;
        execution.blocked.push({ ref, reason: PAUSED, message });
      }
      return;
    }
    if (decision.action === "blocked") {
      execution.blocked.push({ ref, reason: decision.reason, message: decision.message });
      return;
    }
    const restored = live !== undefined && hashes.isReplaced(live);
    const paths = decision.action === "create" ? ["new"] : decision.why;
    const drifted = restored ? paths.filter((path) => path !== HASH_PATH) : [];
    const why = drifted.length > 0 ? drifted : paths;
    const paceKey = paceKeyOf(parent, planned);
    const hash = planHash(planned);
    if (await isHeld()) return;
    switch (decision.action) {
      case "replace":
        await tryCreate(decision.manifest, target);
        await deleteObject(decision.live, target);
        await apply(decision.manifest, target, { force: true });
        break;
      case "create":
        if (hasNoContent(manifest) && await existsUnseen(manifest, kind, signal)) {
          execution.conflicts.push(ref);
          return;
        }
        // If another client has just created the object, an apply without force fails with a conflict. The key is then
        // requeued.
        await apply(decision.manifest, target, { force: false });
        break;
      case "apply":
        if (
          !live ||
          !await update(live, { planned, work, adopts: decision.adopts, restored, target })
        ) {
          execution.conflicts.push(ref);
          return;
        }
    }
    pace.written(paceKey, hash, why);
    const verb = decision.action === "apply" && decision.adopts ? "adopt" : decision.action;
    execution.writes.push({ ref, verb, why });
    log.debug("{verb} {object}: {why}", { verb, object: describeRef(ref), why });

    /** Returns whether the repair must wait because another client overwrites every repair. */
    async function isHeld(): Promise<boolean> {
      const repair = pace.decide(paceKey, hash, why);
      if (repair.action === "repair") return false;
      if (repair.action === "reduce") {
        const full = live && await readLive(live, { client, resource: kind.resource, signal });
        const opponents = full ? why.flatMap((path) => foreignManagers(full, path)) : [];
        pace.fightStarted(paceKey, [...new Set(opponents)].sort());
      }
      const { opponents = [] } = pace.fight(paceKey, hash) ?? {};
      const message = describeFight(ref, opponents);
      execution.blocked.push({ ref, reason: DRIFT_FIGHT, message, retryMs: repair.waitMs });
      return true;
    }
  }

  function noticesOf(
    planned: Planned,
    parent: KubeObject,
    { blocked, errors }: Execution,
  ): Notice[] {
    const { manifest } = planned;
    const ref = refOf(manifest);
    const isSame = (other: { ref: Ref }) => refKey(other.ref) === refKey(ref);
    const hash = planHash(planned);
    const isHeld = blocked.some((one) => one.reason === DRIFT_FIGHT && isSame(one));
    const fight = isHeld ? undefined : pace.fight(paceKeyOf(parent, planned), hash);
    if (errors.some(isSame)) return noticesAbout(ref, { fight, notStored: undefined });
    const live = stores(manifest).store.get(objectKey(manifest.metadata));
    return noticesAbout(ref, { fight, notStored: dropped.get(live?.metadata.uid ?? "", hash) });
  }

  function stillExists(object: KubeObject): boolean {
    const { metadata } = object;
    return stores(object).store.get(objectKey(metadata))?.metadata.uid === metadata.uid;
  }

  /**
   * Before a replacement, creates the new object under another name in a dry run. If the API server refuses the new
   * object, the live object stays.
   */
  async function tryCreate(manifest: KubeObject, { kind: { resource }, signal }: Target) {
    const name = `${manifest.metadata.name.slice(0, 240)}-dry-run`;
    const trial = { ...manifest, metadata: { ...manifest.metadata, name } };
    const options = { fieldManager: FIELD_MANAGER, dryRun: true, signal };
    await client.create(resource, trial, options);
  }

  /** Reads an object that the watch might not have reported yet, and stores it. Returns whether the object exists. */
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

  /** Applies the plan to the live object. Returns false if the parent no longer exists. */
  async function update(
    stored: KubeObject,
    { planned, work: { parent, confirmParent, signal }, adopts, restored, target }: {
      planned: Planned;
      work: Work;
      adopts: boolean;
      /** Whether another client has restored an earlier state of the object. */
      restored: boolean;
      target: Target;
    },
  ): Promise<boolean> {
    // The garbage collector deletes an object if its owner does not exist. So before and after an adoption, the
    // operator reads the parent from the API server.
    const mayOwn = async () => !adopts || (await confirmParent?.() ?? true);
    if (!await mayOwn()) return false;
    let live = stored;
    if (adopts || restored || needsTakeOver(stored)) live = await takeOverFields(stored, target);
    if (live !== stored && !await mayOwn()) return false;
    let manifest = manifestFor(live, { parent, planned });
    const first = withoutEmptied(manifest, live);
    if (first) {
      const options = { fieldManager: FIELD_MANAGER, signal };
      live = await client.apply<KubeObject>(target.kind.resource, first, options);
      manifest = manifestFor(live, { parent, planned });
    }
    try {
      await apply(manifest, target, { force: true });
    } catch (error) {
      if (!isInvalid(error) || isStale(error)) throw error;
      const claimed = await claimConflictingFields(manifest, live, error, target);
      if (!claimed) throw error;
      await apply(manifestFor(claimed, { parent, planned }), target, { force: true });
    }
    if (await mayOwn()) return true;
    const { kind } = target;
    const adopted = kind.store.get(objectKey(live.metadata));
    if (adopted) await releaseObject(adopted, { client, kind, parent, signal });
    return false;
  }

  async function apply(
    manifest: KubeObject,
    target: Target,
    { force }: { force: boolean },
  ) {
    const { kind: { resource, store }, signal } = target;
    let stored: KubeObject;
    try {
      stored = await client.apply(resource, manifest, {
        force,
        fieldManager: FIELD_MANAGER,
        signal,
      });
    } catch (error) {
      throw explainApplyError(error, manifest);
    }
    store.write(stored);
    const fields = [...knownDrift(manifest, stored, shapeOf(resource))];
    const hash = planHashOf(manifest) ?? "";
    if (planHashOf(stored) !== hash) fields.push(HASH_PATH);
    hashes.remember(stored);
    if (dropped.remember(stored.metadata.uid ?? "", hash, fields)) {
      const object = describeRef(refOf(manifest));
      log.warn(
        "The API server did not store these applied fields of {object}: {fields}; check feature gates and mutating webhooks",
        { object, fields },
      );
    }
  }

  /** Runs one write under the lock of its object. Records an error in `execution` instead of throwing it. */
  async function step(
    object: KubeObject,
    { execution, signal }: { execution: Required<Execution>; signal: AbortSignal | undefined },
    work: () => Promise<void>,
  ) {
    const ref = refOf(object);
    try {
      await lock.run(refKey(ref), () => retryChanged(object, signal, work));
    } catch (error) {
      const retry = isStale(error) || isNamespaceTerminating(error) || isHeldBack(error) ||
        (isBinding(object) && isNotFound(error));
      if (retry) execution.conflicts.push(ref);
      else execution.errors.push({ ref, error });
    }
  }

  /**
   * Runs the work. If another client has just changed the object, repeats the work with the new version of the object.
   */
  async function retryChanged(
    object: KubeObject,
    signal: AbortSignal | undefined,
    work: () => Promise<void>,
  ) {
    for (let attempt = 1;; attempt++) {
      try {
        return await work();
      } catch (error) {
        if (!isChanged(error) || attempt === MAX_ATTEMPTS) throw error;
        if (!await refresh(object, signal)) throw error;
      }
    }
  }

  /**
   * Reads an object from the API server and updates the store with it. Returns false without an update if the stored
   * version is current, or if the object was deleted or recreated.
   */
  async function refresh(object: KubeObject, signal: AbortSignal | undefined): Promise<boolean> {
    const kind = stores(object);
    const live = kind.store.get(objectKey(object.metadata));
    const current = live && await readLive(live, { client, resource: kind.resource, signal });
    if (!current || current.metadata.resourceVersion === live.metadata.resourceVersion) {
      return false;
    }
    kind.store.write(current);
    return true;
  }

  return {
    async execute(work) {
      const { parent, planned, prune = [], pruneDependentsFirst, paused, signal } = work;
      const execution: Required<Execution> = {
        writes: [],
        errors: [],
        blocked: [],
        conflicts: [],
        notices: [],
      };
      const write = async (item: Planned) => {
        await step(item.manifest, { execution, signal }, () => writePlanned(item, work, execution));
        execution.notices.push(...noticesOf(item, parent, execution));
      };
      for (const group of inWriteOrder(planned)) await bounded(group, concurrency, write);
      await bounded(
        paused ? [] : prune,
        concurrency,
        (object) =>
          step(object, { execution, signal }, async () => {
            const stored = stores(object);
            const kind = pruneDependentsFirst
              ? { ...stored, deletesDependentsFirst: true }
              : stored;
            const isPlanned = planned.some(({ after = [] }) =>
              after.some(({ metadata }) => metadata.uid === object.metadata.uid)
            );
            const why = isPlanned ? { why: TO_CREATE_AGAIN } : {};
            const write = await pruneObject(object, { client, kind, parent, ...why, signal });
            if (write) execution.writes.push(write);
          }),
      );
      return inPlanOrder(execution, planned);
    },
    isCurrent: (children) => isCurrent(children, { stores, dropped, hasSameIdentity }),
  };
}

/** Maximum number of attempts for one write. If the last attempt also conflicts, the operator requeues the key. */
const MAX_ATTEMPTS = 5;

/**
 * Returns whether the manifest has only metadata, as for a ServiceAccount. An apply of such a manifest never conflicts.
 */
function hasNoContent(manifest: KubeObject): boolean {
  return Object.keys(manifest).every((field) => ["apiVersion", "kind", "metadata"].includes(field));
}
