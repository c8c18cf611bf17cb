// Reasons in conditions and events for planned objects that the operator does not write.

/** A foreign object has the name of the planned object. */
export const NAME_CONFLICT = "NameConflict";
/** The write waits, because an object that must be deleted first still exists. */
export const WAITING_FOR_DELETION = "WaitingForDeletion";
/** The parent has the annotation that pauses it, so the operator does not repair drift. */
export const PAUSED = "Paused";

/** Another client changes planned fields after each repair, so the operator reduces the pace of repairs. */
export const DRIFT_FIGHT = "DriftFight";
/** The API server stored planned fields with other values, or not at all. */
export const NOT_KEPT = "NotKept";

/** Reason of the event that reports the deletion of children that are no longer planned. */
export const PRUNED = "Pruned";
/** Reason of the event that reports repaired drift: the operator reapplied fields that another client had changed. */
export const DRIFT_REPAIRED = "DriftRepaired";
/** Reason of the event that reports the adoption of former children that had lost their owner reference. */
export const ADOPTED = "Adopted";
