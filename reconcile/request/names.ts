/** Name of the ServiceAccount of profiling Jobs. All requests of a namespace share it. */
export const PROFILING_SERVICE_ACCOUNT = "dgdr-profiling-job";
/** Names of the containers of a profiling pod. */
export const PROFILER = "profiler";
export const OUTPUT_COPIER = "output-copier";
/** Keys of the output ConfigMap: the graph with real workers, and the graph with mock workers. */
export const GRAPH_KEY = "config_with_planner.yaml";
export const MOCKER_KEY = "mocker_config_with_planner.yaml";
/** Folders where the containers of a profiling pod mount their volumes. */
export const OUTPUT_FOLDER = "/data";
export const CONFIG_FOLDER = "/config";
/** Name of the file with the base graph in `CONFIG_FOLDER`. It is also the default of `configMapRef.key`. */
export const BASE_GRAPH_FILE = "disagg.yaml";

/** Returns the name of the profiling Job of a request. */
export function jobName(request: string): string {
  return `profile-${request}`;
}

/** Returns the name of the ConfigMap in which the profiling pod stores the generated graph. */
export function outputName(request: string): string {
  return `dgdr-output-${request}`;
}
