// @ts-types="../../types/std/assert.d.ts"
import { assertEquals, assertThrows } from "@std/assert";
import { parseJobPodSettings } from "./job_pod_settings.ts";

Deno.test("settings have the fields of a PodSpec and of a container", () => {
  const settings = {
    imagePullSecrets: [{ name: "registry" }],
    nodeSelector: { pool: "jobs" },
    tolerations: [{ key: "jobs", operator: "Exists" }],
    priorityClassName: "low",
    resources: { limits: { cpu: "500m" } },
    env: [{ name: "HTTPS_PROXY", value: "http://proxy:3128" }],
    caConfigMap: "company-ca",
  };
  assertEquals(parseJobPodSettings(JSON.stringify(settings)), settings);
  assertEquals(parseJobPodSettings("{}"), {});
});

Deno.test("an invalid setting is refused, and the message names the field", () => {
  const invalid: [string, string][] = [
    ["pool=jobs", "not JSON"],
    ["[]", "object"],
    ['{"nodeselector":{}}', "nodeSelector"],
    ['{"nodeSelector":{"a":1}}', "nodeSelector.a"],
    ['{"containers":[]}', "containers is an unknown field"],
    ['{"env":[{"value":"x"}]}', "env[0].name is required"],
  ];
  for (const [text, message] of invalid) {
    assertThrows(() => parseJobPodSettings(text), Error, message);
  }
});
