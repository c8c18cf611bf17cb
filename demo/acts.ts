import { NAMESPACE } from "./names.ts";
import { SAMPLE } from "./sample.ts";
import { type Stage, succeed, watchUntil } from "./stage.ts";
import { stopwatch } from "./stopwatch.ts";
import {
  all,
  areGone,
  type Condition,
  hasReplicas,
  hasSettled,
  isAvailable,
  isNothingBut,
  isSuccessful,
} from "./world/conditions.ts";
import { GRAPH_KINDS } from "./world/kinds.ts";
import { watchRepair } from "./world/repair.ts";
import {
  countKinds,
  familyOf,
  findDeployment,
  goneSince,
  type Snapshot,
} from "./world/snapshot.ts";
import { waitUntil } from "./world/wait_until.ts";

const { graph, scaled, removed } = SAMPLE;
const IN_NAMESPACE = ["-n", NAMESPACE];

/** The sample graph is applied and becomes ready. */
export async function applyGraph(stage: Stage): Promise<void> {
  const { kubectl, signal } = stage;
  const since = stopwatch();
  await kubectl.run(["apply", ...IN_NAMESPACE, "-f", SAMPLE.file], { signal });
  await watchUntil(stage, isSuccessful(graph));
  succeed(stage, `successful ${since()} after kubectl was called`);
  for (const kind of ["dgd", "dcd"]) await kubectl.run(["get", kind, ...IN_NAMESPACE], { signal });
}

/** A worker gets more replicas. */
export async function scaleWorker(stage: Stage): Promise<void> {
  const { kubectl, signal } = stage;
  const since = stopwatch();
  const patch = { spec: { services: { [scaled.service]: { replicas: scaled.to } } } };
  await kubectl.run(
    ["patch", "dgd", graph, ...IN_NAMESPACE, "--type=merge", "-p", JSON.stringify(patch)],
    { signal },
  );
  await watchUntil(stage, scaledUp());
  succeed(stage, `${scaled.to} replicas ready ${since()} after kubectl was called`);
}

/** A service goes from the graph, and with it all that was made for it. */
export async function removeService(stage: Stage): Promise<void> {
  const { kubectl, world, signal } = stage;
  const before = world.snapshot();
  const component = before.find(({ kind, metadata }) =>
    kind === "DynamoComponentDeployment" && metadata.name === removed.component
  );
  const family = familyOf(before, component?.metadata.uid ?? "");
  const since = stopwatch();
  const patch = [{ op: "remove", path: `/spec/services/${removed.service}` }];
  await kubectl.run(
    ["patch", "dgd", graph, ...IN_NAMESPACE, "--type=json", "-p", JSON.stringify(patch)],
    { signal },
  );
  const gone = all(areGone(family), isSuccessful(graph));
  await watchUntil(stage, gone);
  succeed(stage, `gone ${since()} after kubectl was called: ${countKinds(family)}`);
}

/** Somebody changes a Deployment behind the operator's back, twice. */
export async function breakDeployment(stage: Stage): Promise<void> {
  const deployment = `deployment/${scaled.component}`;
  const wrongImage = "*=my-registry/wrong:my-tag";
  await repairAfter(stage, "image", ["set", "image", deployment, wrongImage, ...IN_NAMESPACE]);
  await repairAfter(stage, "replicas", ["scale", deployment, "--replicas=0", ...IN_NAMESPACE]);
  await watchUntil(stage, scaledUp());
}

async function repairAfter(stage: Stage, what: string, damage: string[]): Promise<void> {
  const { kubectl, world, deadlineMs, signal } = stage;
  const before = findDeployment(world.snapshot(), scaled.component);
  if (!before) throw new Error(`Deployment "${scaled.component}" does not exist`);
  const watch = watchRepair(before);
  const forget = world.onChange(({ object }) => {
    const seen = findDeployment([object], scaled.component);
    if (seen) watch.see(seen, performance.now());
  });
  try {
    await kubectl.run(damage, { signal });
    // A matter of milliseconds: there is nothing to be drawn meanwhile.
    const repaired: Condition = () =>
      watch.repair() ? undefined : `Deployment "${scaled.component}" is not as it was before`;
    await waitUntil({ world, condition: repaired, deadlineMs, signal, show: () => {} });
  } finally {
    forget();
  }
  const { brokenAtMs = 0, repairedAtMs = 0 } = watch.repair() ?? {};
  succeed(
    stage,
    `${what} put right ${Math.round(repairedAtMs - brokenAtMs)} ms after the change was seen`,
  );
}

/** The graph is deleted and leaves nothing but what was there before it. */
export async function deleteGraph(stage: Stage, beforeGraph: Snapshot): Promise<void> {
  const { kubectl, world, signal } = stage;
  const before = world.snapshot();
  const since = stopwatch();
  await kubectl.run(["delete", "dgd", graph, ...IN_NAMESPACE], { signal });
  const after = await watchUntil(stage, isNothingBut(beforeGraph));
  succeed(
    stage,
    `gone ${since()} after kubectl was called: ${countKinds(goneSince(before, after))}`,
  );
  const kinds = GRAPH_KINDS.map(({ short }) => short).join(",");
  await kubectl.run(
    ["get", kinds, ...IN_NAMESPACE, "--field-selector=metadata.name!=default"],
    { signal },
  );
}

function scaledUp(): Condition {
  const { component, to } = scaled;
  return all(
    hasReplicas(component, to),
    hasSettled(component),
    isAvailable(component),
    isSuccessful(graph),
  );
}
