import type { DynamoModel } from "../../crds/kinds/model.ts";
import { NAME_CONFLICT } from "../apply/reasons.ts";
import type { Problem } from "../dynamo/problem.ts";
import { type Adapter, adapterOf, isSameAdapter, recordedAdapter } from "./adapter.ts";

/** An adapter that the operator has loaded, or must load, for a model. */
interface Claim {
  model: DynamoModel;
  adapter: Adapter;
  /** Whether the status of the model records an adapter with this name. */
  isRecorded: boolean;
}

/**
 * Returns a problem if another model has precedence and uses the same adapter name for other weights. A worker can load
 * only one of the two adapters. A model has precedence if its status records an adapter with this name. If this is true
 * for both models or for neither, the older model has precedence.
 *
 * @param others models of the same base model; may contain the model itself
 */
export function nameConflict(
  model: DynamoModel,
  others: readonly DynamoModel[],
): Problem | undefined {
  const adapter = adapterOf(model);
  if (!adapter) return undefined;
  const own = {
    model,
    adapter,
    isRecorded: recordedAdapter(model.status)?.modelName === adapter.modelName,
  };
  const [first] = others.filter(({ metadata: { uid } }) => uid !== model.metadata.uid)
    .flatMap(claimsOf)
    .filter((claim) =>
      claim.adapter.modelName === adapter.modelName && claim.adapter.uri !== adapter.uri &&
      compareClaims(claim, own) < 0
    )
    .sort(compareClaims);
  if (!first) return undefined;
  return {
    reason: NAME_CONFLICT,
    field: "spec.modelName",
    message: `"${adapter.modelName}" is also the name of the adapter that DynamoModel ` +
      `"${first.model.metadata.name}" loads from "${first.adapter.uri}" into the same pods; ` +
      "choose another name, use the same source.uri, or delete that DynamoModel",
  };
}

/**
 * Returns the names of the adapters that the operator loads for the given models. Omits adapters with a name conflict.
 *
 * @param models the models that use the adapters
 * @param all all models of the same base model, to find name conflicts
 */
export function loadedNames(
  models: readonly DynamoModel[],
  all: readonly DynamoModel[],
): ReadonlySet<string> {
  const byName = new Map<string, DynamoModel[]>();
  for (const one of all) {
    for (const name of claimedNames(one)) byName.set(name, [...byName.get(name) ?? [], one]);
  }
  return new Set(models.flatMap((model) => {
    const name = adapterOf(model)?.modelName;
    return name && !nameConflict(model, byName.get(name) ?? []) ? [name] : [];
  }));
}

/** Returns whether two models use the same adapter name. Considers the adapters in the specs and in the statuses. */
export function sharesName(a: DynamoModel, b: DynamoModel): boolean {
  return !claimedNames(a).isDisjointFrom(claimedNames(b));
}

function claimedNames(model: DynamoModel): ReadonlySet<string> {
  return new Set(claimsOf(model).map(({ adapter }) => adapter.modelName));
}

function claimsOf(model: DynamoModel): Claim[] {
  const adapter = adapterOf(model);
  const recorded = recordedAdapter(model.status);
  return [
    ...(recorded ? [{ model, adapter: recorded, isRecorded: true }] : []),
    ...(adapter && !isSameAdapter(adapter, recorded)
      ? [{ model, adapter, isRecorded: recorded?.modelName === adapter.modelName }]
      : []),
  ];
}

function compareClaims(a: Claim, b: Claim): number {
  const key = ({ isRecorded, model: { metadata: { creationTimestamp = "", name } } }: Claim) =>
    `${isRecorded ? 0 : 1} ${creationTimestamp} ${name}`;
  return key(a) < key(b) ? -1 : 1;
}
