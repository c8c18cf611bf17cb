import type { DynamoGraphDeploymentRequest } from "../../crds/kinds/request.ts";
import { LABELS, MANAGER } from "../../crds/labels.ts";
import { type Job, jobs } from "../../kube/builtin.ts";
import { copierScript } from "./copier_script.ts";
import {
  BASE_GRAPH_FILE,
  CONFIG_FOLDER,
  jobName,
  OUTPUT_COPIER,
  OUTPUT_FOLDER,
  outputName,
  PROFILER,
  PROFILING_SERVICE_ACCOUNT,
} from "./names.ts";
import { profilerConfig, usesAiConfigurator } from "./profiler_config.ts";

const OUTPUT_VOLUME = "profiling-output";
const CONFIG_VOLUME = "profiling-config";
const USER = 1000;
const RETRIES = 3;

/**
 * Returns the profiling Job of a request, as the Go operator creates it.
 *
 * @throws {PlanError} if the configuration of the profiler cannot be used
 */
export function profilingJob(request: DynamoGraphDeploymentRequest): Job {
  const { name, namespace = "" } = request.metadata;
  const { outputPVC, configMapRef, tolerations } = request.spec.profilingConfig;
  const output = { name: OUTPUT_VOLUME };
  return {
    apiVersion: jobs.apiVersion,
    kind: jobs.kind,
    metadata: {
      name: jobName(name),
      namespace,
      labels: {
        app: usesAiConfigurator(request) ? "aic-profiler" : "dynamo-profiler",
        dgdr: name,
        [LABELS.managedBy]: MANAGER,
      },
    },
    spec: {
      backoffLimit: RETRIES,
      template: {
        spec: {
          serviceAccountName: PROFILING_SERVICE_ACCOUNT,
          restartPolicy: "Never",
          securityContext: {
            runAsNonRoot: true,
            runAsUser: USER,
            runAsGroup: USER,
            fsGroup: USER,
          },
          imagePullSecrets: [{ name: "nvcr-imagepullsecret" }],
          containers: [profiler(request), outputCopier(request)],
          volumes: [
            outputPVC
              ? { ...output, persistentVolumeClaim: { claimName: outputPVC } }
              : { ...output, emptyDir: {} },
            ...(configMapRef
              ? [{
                name: CONFIG_VOLUME,
                configMap: {
                  name: configMapRef.name,
                  items: [{ key: configMapRef.key || BASE_GRAPH_FILE, path: BASE_GRAPH_FILE }],
                },
              }]
              : []),
          ],
          ...(tolerations && tolerations.length > 0 && { tolerations }),
        },
      },
    },
  };
}

function profiler(request: DynamoGraphDeploymentRequest) {
  const { metadata: { name, namespace = "", uid = "" }, spec } = request;
  const { profilerImage, configMapRef, resources } = spec.profilingConfig;
  return {
    name: PROFILER,
    image: profilerImage,
    command: ["python", "-m", "benchmarks.profiler.profile_sla"],
    args: [
      "--profile-config",
      profilerConfig(request),
      ...(spec.enableGpuDiscovery ? ["--enable-gpu-discovery"] : []),
    ],
    env: [
      {
        name: "HUGGING_FACE_HUB_TOKEN",
        valueFrom: { secretKeyRef: { name: "hf-token-secret", key: "HF_TOKEN" } },
      },
      { name: "NATS_SERVER", value: `nats://${namespace}-nats:4222` },
      { name: "ETCD_ENDPOINTS", value: `${namespace}-etcd:2379` },
      { name: "DGDR_NAME", value: name },
      { name: "DGDR_NAMESPACE", value: namespace },
      { name: "DGDR_UID", value: uid },
    ],
    ...(resources && { resources }),
    volumeMounts: [
      { name: OUTPUT_VOLUME, mountPath: OUTPUT_FOLDER },
      ...(configMapRef ? [{ name: CONFIG_VOLUME, mountPath: CONFIG_FOLDER, readOnly: true }] : []),
    ],
  };
}

function outputCopier({ metadata: { name, namespace = "" } }: DynamoGraphDeploymentRequest) {
  const target = { request: name, namespace, configMap: outputName(name) };
  return {
    name: OUTPUT_COPIER,
    image: "bitnami/kubectl:latest",
    command: ["/bin/sh", "-c"],
    args: [copierScript(target)],
    volumeMounts: [{ name: OUTPUT_VOLUME, mountPath: OUTPUT_FOLDER, readOnly: true }],
  };
}
