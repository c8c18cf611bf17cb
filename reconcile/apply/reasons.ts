// Reasons for which a planned object is not written. Conditions and events use them.

/** A foreign object has the name. */
export const NAME_CONFLICT = "NameConflict";
/** An object that must be gone first still exists. */
export const WAITING_FOR_DELETION = "WaitingForDeletion";
/** The annotation that pauses the parent prevents the repair of drift. */
export const PAUSED = "Paused";

/** Event reason: children that are no longer planned were deleted. */
export const PRUNED = "Pruned";
/** Event reason: fields that another client had changed were applied again. */
export const DRIFT_REPAIRED = "DriftRepaired";
