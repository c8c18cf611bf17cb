import type { DynamoComponentDeployment } from "../../crds/kinds/component.ts";
import { startOperator } from "../../devcluster/operator_process.ts";
import { bounded } from "../../reconcile/apply/concurrency.ts";
import { components as componentKind } from "../../reconcile/dynamo/resources.ts";
import { untilIdle } from "../support/operator_state.ts";
import { IDLE_MS, IN_FLIGHT } from "./bare_loop.ts";
import type { BenchCluster } from "./bench_cluster.ts";
import { launch, stopOperator } from "./bench_operator.ts";
import { processFigures } from "./process_figures.ts";
import { type RequestCounts, requestCounts } from "./request_counts.ts";
import { scale } from "./restart.ts";
import { BENCH_NAMESPACE, worker } from "./sample_graph.ts";

/** Costs of creating components that serve the same model. These components co-own the Service of the model. */
export interface SharedModelFigures {
  components: number;
  /** Number of reconciliations of all controllers from the first create request until the operator is idle. */
  reconciliations: number;
  requests: RequestCounts;
  /** CPU time of the operator from the first create request until the operator is idle. */
  operatorCpuSeconds: number;
}

/** Creates this number of components without graphs, and measures the costs until the operator is idle. */
export async function measureSharedModel(
  bench: BenchCluster,
  { components, logFile }: { components: number; logFile?: string | undefined },
): Promise<SharedModelFigures> {
  const { admin, serviceAccount, cluster: { audit } } = bench;
  const operator = await startOperator(launch(bench, { logFile }));
  const { deadlineMs } = scale(components);
  const before = await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  const cpuBefore = (await processFigures(operator.pid)).cpuSeconds;
  const mark = await audit.mark();
  const manifests = Array.from({ length: components }, (_, number) => sharingComponent(number));
  await bounded(manifests, IN_FLIGHT, async (manifest) => {
    await admin.create(componentKind, manifest);
  });
  const after = await untilIdle(operator, { idleMs: IDLE_MS, deadlineMs });
  const cpuAfter = (await processFigures(operator.pid)).cpuSeconds;
  await stopOperator(operator);
  return {
    components,
    reconciliations: after.reconciliations - before.reconciliations,
    requests: requestCounts(serviceAccount.user, await audit.entries(mark)),
    operatorCpuSeconds: cpuAfter - cpuBefore,
  };
}

function sharingComponent(number: number): DynamoComponentDeployment {
  return {
    apiVersion: componentKind.apiVersion,
    kind: componentKind.kind,
    metadata: { name: `sharing-${number}`, namespace: BENCH_NAMESPACE },
    spec: {
      ...worker("decode"),
      dynamoNamespace: `sharing-${number}`,
      modelRef: { name: "Qwen/Qwen3-0.6B" },
    },
  };
}
