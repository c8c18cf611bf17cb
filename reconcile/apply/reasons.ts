/** Reasons for which a planned object is not written. They are condition reasons and event reasons, too. */
export const NAME_CONFLICT = "NameConflict";
export const WAITING_FOR_DELETION = "WaitingForDeletion";
export const PAUSED = "Paused";

/** Event reason: children that are no longer planned were deleted. */
export const PRUNED = "Pruned";
/** Event reason: fields that another client had changed were applied again. */
export const DRIFT_REPAIRED = "DriftRepaired";
