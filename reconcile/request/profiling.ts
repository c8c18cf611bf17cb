import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { REQUEST } from "../../crds/labels.ts";
import type { ConfigMap, Job } from "../../kube/builtin.ts";
import { creationRefusal } from "./access.ts";
import { configMapsOf, OutputError, skippedMessages } from "./additional_resources.ts";
import { graphPlace, identity } from "./graph.ts";
import { jobName, outputName } from "./names.ts";
import { endOf, ownJob, type RequestObserved } from "./observed.ts";
import type { GeneratedOutput } from "./output.ts";
import { isCopying, profilerFailure, stuckPod } from "./profiler_pods.ts";
import { REQUEST_REASONS } from "./reasons.ts";
import { failure, isFalse, isTrue, RECHECK_MS, type Step } from "./step.ts";

/** Interval in milliseconds at which the operator reads the pods of a Job while none of them is ready. */
const PODS_POLL_MS = 10_000;
const JOB_SUCCEEDED = "Profiling job completed successfully";

/**
 * Returns the state and the next action of a request after profiling has started. They depend on the Job, its pods and
 * their output.
 */
export function profilingStep(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
): Step {
  const job = ownJob(request, observed);
  if (!job) {
    return profilingFailed(
      `Job "${jobName(request.metadata.name)}" was deleted before profiling ended: ` +
        "delete the request and create it again",
    );
  }
  const end = endOf(job);
  if (!end) return running(job, observed);
  if (!end.succeeded) {
    const why = profilerFailure(observed.pods);
    return profilingFailed(
      `Job "${job.metadata.name}" failed: ${[end.message, why].filter(Boolean).join("; ")}`,
    );
  }
  return outputStep(request, observed);
}

function profilingFailed(message: string): Step {
  const { profilingFailed: reason } = REQUEST_REASONS;
  return failure([isFalse("Profiling", reason, message)], reason, message);
}

function running({ metadata: { name }, status }: Job, observed: RequestObserved): Step {
  // While the copier container stores the output, the pod is not ready, because the profiler has already ended. This is
  // normal, so the message does not report why the pod is not ready.
  const causes = isCopying(observed.pods, observed.nowIso) ? [] : observed.causes;
  const message = [`Job "${name}" is running`, ...causes].join("; ");
  const reason = REQUEST_REASONS.profilingRunning;
  const stuck = stuckPod(observed.pods, observed.nowIso);
  const isReady = (status?.ready ?? 0) > 0;
  return {
    state: "Profiling",
    ready: { progress: "reconciling", reason, message },
    conditions: [isFalse("Profiling", reason, message)],
    ...(stuck?.due && { action: { do: "deletePod", pod: stuck.pod, why: stuck.why } }),
    ...(!isReady && { pollMs: stuck && !stuck.due ? stuck.waitMs : PODS_POLL_MS }),
  };
}

function outputStep(request: DynamoGraphDeploymentRequest, observed: RequestObserved): Step {
  const { output, generated: result } = observed;
  if (!output || !result) {
    const name = outputName(request.metadata.name);
    return generationFailed(
      `output ConfigMap ${name} not found: check the log of container output-copier, ` +
        "delete the request and create it again",
    );
  }
  if (result instanceof OutputError) return generationFailed(result.message);
  return generated(request, observed, output, result);
}

function generationFailed(message: string): Step {
  const { generationFailed: reason, profilingCompleted } = REQUEST_REASONS;
  return failure(
    [
      isTrue("Profiling", profilingCompleted, JOB_SUCCEEDED),
      isFalse("SpecGenerated", reason, message),
    ],
    reason,
    message,
  );
}

function generated(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
  output: ConfigMap,
  { graph, additional, ignored }: GeneratedOutput,
): Step {
  const { profilingCompleted, specGenerated } = REQUEST_REASONS;
  const { autoApply } = request.spec;
  const skipped = skippedMessages(observed.skippedConfigMaps);
  const message = [`Graph "${graph.metadata.name}" is generated`, ...ignored, ...skipped].join(
    "; ",
  );
  const status = {
    profilingResults: `configmap/${output.metadata.name}`,
    generatedDeployment: { ...graph },
  };
  const completed = isTrue("Profiling", profilingCompleted, JOB_SUCCEEDED);
  const target = request.spec.deploymentOverrides?.namespace ?? "";
  const refusal = creationRefusal(request, target, observed.graphAccess);
  if (!autoApply && additional !== "" && refusal) {
    const ready = { progress: "stalled", reason: profilingCompleted, message: refusal } as const;
    return { state: "Profiling", ready, conditions: [completed], pollMs: RECHECK_MS };
  }
  const action = followUp(request, observed, output, { graph, additional });
  if (action) {
    const ready = { progress: "reconciling", reason: profilingCompleted, message } as const;
    return { state: "Profiling", ready, conditions: [completed], action };
  }
  return {
    state: autoApply ? "Deploying" : "Ready",
    ready: { progress: autoApply ? "reconciling" : "ready", reason: specGenerated, message },
    conditions: [completed, isTrue("SpecGenerated", specGenerated, message)],
    status,
  };
}

/**
 * Returns the next action that stores a part of the output; undefined if all parts are stored. The status contains the
 * generated graph only after all parts are stored.
 */
function followUp(
  request: DynamoGraphDeploymentRequest,
  observed: RequestObserved,
  output: ConfigMap,
  { graph, additional }: Pick<GeneratedOutput, "graph" | "additional">,
): Step["action"] {
  const { uid, annotations } = request.metadata;
  const isOwner = output.metadata.ownerReferences?.some((owner) => owner.uid === uid);
  if (!isOwner || (annotations?.[REQUEST.additionalResources] ?? "") !== additional) {
    return { do: "keepOutput", output, additional };
  }
  // With `autoApply`, the operator creates the ConfigMaps after the graph, because the graph owns them.
  if (request.spec.autoApply || additional === "" || observed.skippedConfigMaps) return undefined;
  const place = graphPlace({ ...request, status: { generatedDeployment: { ...graph } } });
  const namespace = place?.namespace ?? request.metadata.namespace ?? "";
  const destination = { request: identity(request), namespace };
  return { do: "applyConfigMaps", configMaps: configMapsOf(additional, destination) };
}
