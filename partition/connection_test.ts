// @ts-types="../types/std/assert.d.ts"
import { assert, assertEquals, assertThrows } from "@std/assert";
import { chooseConnection } from "./connection.ts";
import { DeletionFailure } from "./deletion_failure.ts";

const from = (values: Record<string, string>) => (name: string) => values[name];

const ARN = "arn:aws:dynamodb:eu-central-1:123456789012:table/Orders";

function failureOf(flags: Parameters<typeof chooseConnection>[0]): DeletionFailure {
  return assertThrows(() => chooseConnection(flags, from({})), DeletionFailure);
}

Deno.test("the region comes from the flag, the ARN of the table or the environment, in this order", () => {
  const region = (flags: Parameters<typeof chooseConnection>[0], env: Record<string, string>) =>
    chooseConnection(flags, from(env)).region;
  const all = { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-north-1" };
  assertEquals(region({ region: "ap-south-1" }, all), "ap-south-1");
  assertEquals(region({ table: ARN }, all), "eu-central-1");
  assertEquals(region({ table: "Orders" }, all), "eu-west-1");
  assertEquals(region({}, { ...all, AWS_REGION: "" }), "eu-north-1");
});

Deno.test("a region is never guessed for AWS", () => {
  assertEquals(failureOf({ table: "Orders" }).outcome, "InvalidRegion");
  const endpoints = {
    "https://dynamodb.eu-west-1.amazonaws.com": "eu-west-1",
    "https://vpce-1.dynamodb.us-east-2.vpce.amazonaws.com": "us-east-2",
    "https://dynamodb.us-gov-west-1.api.aws": "us-gov-west-1",
    "http://localhost:8000": "us-east-1",
  };
  for (const [endpointUrl, region] of Object.entries(endpoints)) {
    assertEquals(chooseConnection({ endpointUrl }, from({})).region, region);
  }
});

Deno.test("a region that contradicts the ARN of the table is refused", () => {
  const failure = failureOf({ region: "eu-west-1", table: ARN });
  assertEquals(failure.outcome, "InvalidRegion");
  assertEquals(chooseConnection({ region: "eu-central-1", table: ARN }, from({})).aws, true);
});

Deno.test("the endpoint comes from the flag, then from the environment; an empty value is ignored", () => {
  const endpoint = (flag: string, env: Record<string, string>) =>
    chooseConnection({ region: "eu-west-1", endpointUrl: flag }, from(env)).endpoint;
  const all = { AWS_ENDPOINT_URL_DYNAMODB: "http://b:1", AWS_ENDPOINT_URL: "http://c:1" };
  assertEquals(endpoint("http://a:1", all), "http://a:1");
  assertEquals(endpoint("", all), "http://b:1");
  assertEquals(endpoint("", { ...all, AWS_ENDPOINT_URL_DYNAMODB: "" }), "http://c:1");
  assertEquals(endpoint("", {}), undefined);
});

Deno.test("an endpoint of AWS is recognised by its host name", () => {
  const aws = (endpointUrl: string) =>
    chooseConnection({ region: "eu-west-1", endpointUrl }, from({})).aws;
  assert(aws(""));
  assert(aws("https://dynamodb.eu-west-1.amazonaws.com"));
  assert(aws("https://vpce-1.dynamodb.us-east-1.vpce.amazonaws.com"));
  assert(aws("https://dynamodb.cn-north-1.amazonaws.com.cn"));
  assert(aws("https://dynamodb.eusc-de-east-1.amazonaws.eu"));
  assert(!aws("http://localhost:8000"));
  assert(!aws("https://amazonaws.com.example.org"));
});

Deno.test("an endpoint that is not a URL is refused, and the message omits a password", () => {
  for (const endpointUrl of ["localhost:8000", "dynamodb", "ftp://x", "http://me:secret@host"]) {
    const failure = assertThrows(
      () => chooseConnection({ endpointUrl }, from({})),
      DeletionFailure,
    );
    assertEquals(failure.outcome, "InvalidEndpoint");
    assert(!failure.message.includes("secret"));
  }
});
