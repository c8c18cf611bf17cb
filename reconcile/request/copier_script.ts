import { GRAPH_KEY, MOCKER_KEY, OUTPUT_FOLDER } from "./names.ts";

/** The request, and the ConfigMap in which the script stores the output of the profiler. */
export interface CopierTarget {
  request: string;
  namespace: string;
  configMap: string;
}

/**
 * Returns the script of the container that waits for the profiler and stores its files in a ConfigMap. The text must
 * not change, because the pod template of the Job must equal the template of the Go operator. If the profiler does not
 * write the file with the graph, the script waits forever; see `profiler_pods.ts`.
 */
export function copierScript({ request, namespace, configMap }: CopierTarget): string {
  const [graph, mocker] = [GRAPH_KEY, MOCKER_KEY].map((key) => `${OUTPUT_FOLDER}/${key}`);
  return `
set -e
set -o pipefail
# Wait for the profiler container to complete, not just for the file to exist
# This ensures we capture the final config, not intermediate results
echo "Waiting for profiler to complete..."
while true; do
  # Check if profiler container has finished (either Completed or Error state)
  # Use kubectl to check the pod's container status
  STATUS=$(kubectl get pod $HOSTNAME -n ${namespace} -o jsonpath='{.status.containerStatuses[?(@.name=="profiler")].state}' 2>/dev/null || echo "")
  if echo "$STATUS" | grep -q "terminated"; then
    echo "Profiler container has terminated"
    break
  fi
  sleep 5
done

# Now wait for the output file to exist
echo "Waiting for output file ${graph}..."
while [ ! -f ${graph} ]; do sleep 2; done
echo "Output file found, creating ConfigMap..."

# Start building ConfigMap YAML with DGD spec
cat >/tmp/cm.yaml <<EOF
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${configMap}
  namespace: ${namespace}
  labels:
    dgdr.nvidia.com/name: ${request}
    nvidia.com/managed-by: dynamo-operator
data:
  ${GRAPH_KEY}: |
EOF
sed 's/^/    /' ${graph} >> /tmp/cm.yaml

# Add mocker config (profiler always generates both real and mocker configs)
if [ -f ${mocker} ]; then
  echo "  ${MOCKER_KEY}: |" >> /tmp/cm.yaml
  sed 's/^/    /' ${mocker} >> /tmp/cm.yaml
  echo "Added mocker config to ConfigMap"
fi

# Note: Profiling data (raw_data.npz converted to JSON) is included in the
# generated DGD YAML as a separate ConfigMap by the profiler, no need to add it here

kubectl apply -f /tmp/cm.yaml
echo "Saved profiling output to ConfigMap ${configMap}"
`;
}
