// @ts-types="../../types/std/assert.d.ts"
import { assertEquals } from "@std/assert";
import type { Secret } from "../../kube/builtin.ts";
import { soloService } from "../testing/components.ts";
import { discoveredPullSecrets, pullSecret, pullSecretsFor, registryHost } from "./pull_secrets.ts";

const TYPE = "kubernetes.io/dockerconfigjson";

function dockerSecret(name: string, config: unknown, type = TYPE): Secret {
  const text = typeof config === "string" ? config : JSON.stringify(config);
  const metadata = { name, namespace: "default", uid: `uid-${name}`, resourceVersion: "7" };
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata,
    type,
    data: { ".dockerconfigjson": btoa(text) },
  };
}

const auth = { auth: btoa("user:password") };

Deno.test("Secrets are found by the registry of an image", () => {
  const secrets = [
    pullSecret(dockerSecret("secret2", { auths: { "my-registry.com:5005/registry2": auth } })),
    pullSecret(dockerSecret("secret1", {
      auths: { "docker.io": auth, "my-registry.com:5005/registry1": auth },
    })),
  ];
  assertEquals(pullSecretsFor("my-registry.com:5005/x:1", secrets), ["secret1", "secret2"]);
  assertEquals(pullSecretsFor("docker.io/library/x", secrets), ["secret1"]);
  assertEquals(pullSecretsFor("nvcr.io/x", secrets), []);
  assertEquals(pullSecretsFor("ubuntu:22.04", secrets), []);
});

Deno.test("pull Secrets are discovered for the main image, each once and without the user's", () => {
  const secrets = ["b", "a", "mine"].map((name) =>
    pullSecret(dockerSecret(name, { auths: { "nvcr.io": auth } }))
  );
  const extraPodSpec = {
    imagePullSecrets: [{ name: "mine" }],
    mainContainer: { image: "nvcr.io/nvidia/x:1" },
  };
  assertEquals(discoveredPullSecrets(soloService({ extraPodSpec }), secrets), ["a", "b"]);
  const annotations = { "nvidia.com/disable-image-pull-secret-discovery": "true" };
  assertEquals(discoveredPullSecrets(soloService({ extraPodSpec, annotations }), secrets), []);
  assertEquals(discoveredPullSecrets(soloService({}), secrets), []);
});

Deno.test("the projection of a pull Secret contains no credentials", () => {
  assertEquals(pullSecret(dockerSecret("s", { auths: { "nvcr.io": auth } })), {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: "s", namespace: "default", uid: "uid-s", resourceVersion: "7" },
    registryHosts: ["nvcr.io"],
  });
});

Deno.test("a Secret of unreadable content or of another type is for no registry", () => {
  for (
    const config of ["{", "[]", '"text"', '{"auths":[]}', '{"auths":null}', '{"auths":{"":{}}}']
  ) {
    assertEquals(pullSecret(dockerSecret("s", config)).registryHosts, []);
  }
  const other = dockerSecret("s", { auths: { "nvcr.io": auth } }, "Opaque");
  assertEquals(pullSecret(other).registryHosts, []);
  const broken = { ...dockerSecret("s", {}), data: { ".dockerconfigjson": "%%%" } };
  assertEquals(pullSecret(broken).registryHosts, []);
  const { data: _data, ...empty } = dockerSecret("s", {});
  assertEquals(pullSecret(empty).registryHosts, []);
});

Deno.test("the registry host is read with its port from image references and configuration keys", () => {
  assertEquals(registryHost("nvcr.io/x/y:tag"), "nvcr.io");
  assertEquals(registryHost("my-registry.com:5005/r"), "my-registry.com:5005");
  assertEquals(
    registryHost("https://gitlab.example.com:5005/group/r:1"),
    "gitlab.example.com:5005",
  );
  assertEquals(registryHost("https://index.docker.io/v1/"), "index.docker.io");
  assertEquals(registryHost("nvcr.io/x@sha256:0123"), "nvcr.io");
  assertEquals(registryHost("user@registry.local/x"), "registry.local");
  assertEquals(registryHost("[::1]:5000/x"), "[::1]:5000");
});

Deno.test("short names of Docker Hub give no host that matches a Secret", () => {
  assertEquals(registryHost("ubuntu:22.04"), undefined);
  assertEquals(registryHost("ubuntu@sha256:0123ab"), undefined);
  assertEquals(registryHost("library/ubuntu"), "library");
  assertEquals(registryHost(""), undefined);
});
