import { z } from "zod";
import { type Rule, rules } from "../fields/rules.ts";

/** Maximum number of services in a graph. */
export const MAX_SERVICES = 25;
/**
 * Maximum length of a key in `spec.services`. The name of a Kubernetes Service contains the key, and has at most 63
 * characters.
 */
const MAX_KEY_LENGTH = 63;
/** Maximum length of a restart id. It bounds the size of the annotation that contains the id. */
const MAX_ID_LENGTH = 253;

const restartStrategy = z.object({
  type: z.enum(["Sequential", "Parallel"]).default("Sequential").describe(
    "Sequential restarts a service when the one before it is ready again; Parallel restarts all services at once.",
  ),
  order: z.array(
    z.string().meta({ maxLength: MAX_KEY_LENGTH, description: "Key of a service." }),
  ).meta({
    maxItems: MAX_SERVICES,
    description:
      "Keys of all services in the order of a sequential restart. Defaults to the alphabetical order.",
  }).optional(),
}).meta({
  description: "How the operator restarts the services.",
  ...rules(
    {
      rule: "self.type != 'Parallel' || !has(self.order) || size(self.order) == 0",
      message:
        "order cannot be set if type is Parallel, because all services restart at once; remove order, or set type to Sequential",
      fieldPath: ".order",
      reason: "FieldValueForbidden",
    },
    {
      rule: "!has(self.order) || self.order.all(a, self.order.exists_one(b, a == b))",
      message: "order must list each service once; remove the duplicates",
      fieldPath: ".order",
    },
  ),
});

/**
 * The schema of `spec.restart` of a graph: a request to restart its services.
 *
 * @internal
 */
export const restart = z.object({
  id: z.string().meta({
    minLength: 1,
    maxLength: MAX_ID_LENGTH,
    description:
      "Identifier of the restart, such as a date. A new value restarts the services once; the pods get it as annotation nvidia.com/restartAt.",
  }),
  strategy: restartStrategy.optional(),
}).describe(
  "Request to restart all services of the graph. status.restart reports the progress.",
);

/** CEL rule for the spec of a graph: the restart order must list every service. */
export const restartOrderRule: Rule = {
  rule:
    "!has(self.restart) || !has(self.restart.strategy) || !has(self.restart.strategy.order) || size(self.restart.strategy.order) == 0 || (has(self.services) && size(self.restart.strategy.order) == size(self.services) && self.restart.strategy.order.all(k, k in self.services))",
  message:
    "order must list exactly the keys of spec.services; add or remove keys, or remove order to restart the services in alphabetical order",
  fieldPath: ".restart.strategy.order",
};

/** Phases of a restart, the same as in the Go operator. */
const restartPhase = z.enum(["Pending", "Restarting", "Completed", "Failed", "Superseded"]);

/**
 * The schema of `status.restart` of a graph: the progress of a restart.
 *
 * @internal
 */
export const restartStatus = z.object({
  observedID: z.string().describe("Value of spec.restart.id that this status describes.")
    .optional(),
  phase: restartPhase.describe(
    "Pending until the first service restarts, then Restarting. The restart ends as Completed when all services are ready again, as Failed if a service cannot become ready, or as Superseded if the spec changes.",
  ).optional(),
  inProgress: z.array(z.string()).describe(
    "Services that restart now. After a failure, the services that did not become ready.",
  ).optional(),
  specHash: z.string().describe(
    "Hash of the spec when the first service restarted, by which the operator detects a change of the spec.",
  ).optional(),
}).describe("Progress of the last restart.");

/** The progress of a restart. */
export type RestartStatus = z.input<typeof restartStatus>;
