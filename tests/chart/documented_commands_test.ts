// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import { documentedCommands } from "./documented_commands.ts";

/**
 * Installation commands that users of NVIDIA's chart know. `commands_test.ts` runs the same commands from the guide.
 */
const KNOWN = [
  "helm install dynamo-platform dynamo-platform-${RELEASE_VERSION}.tgz --namespace my-namespace --create-namespace " +
  "--set dynamo-operator.namespaceRestriction.enabled=true",
  "helm install dynamo-platform dynamo-platform-${RELEASE_VERSION}.tgz --namespace dynamo-system --create-namespace",
  "helm install dynamo-test dynamo-platform-${RELEASE_VERSION}.tgz --namespace test-namespace --create-namespace " +
  "--set dynamo-operator.namespaceRestriction.enabled=true " +
  "--set dynamo-operator.controllerManager.manager.image.tag=v2.0.0-beta",
  "kubectl get lease -A --field-selector metadata.name=dynamo-operator-namespace-scope",
  "kubectl get lease -n my-namespace dynamo-operator-namespace-scope -o jsonpath='{.spec.holderIdentity}'",
  "docker build -t $DOCKER_SERVER/dynamo-operator:$IMAGE_TAG .",
  "helm install dynamo-crds ./crds/ --namespace default",
  "helm install dynamo-platform ./platform/ --namespace ${NAMESPACE} --create-namespace " +
  '--set "dynamo-operator.controllerManager.manager.image.repository=${DOCKER_SERVER}/dynamo-operator" ' +
  '--set "dynamo-operator.controllerManager.manager.image.tag=${IMAGE_TAG}"',
];

Deno.test("the installation guide contains the commands that users of NVIDIA's chart know, word for word", async () => {
  const lines = await documentedCommands();
  assertEquals(KNOWN.filter((command) => !lines.includes(command)), []);
});
