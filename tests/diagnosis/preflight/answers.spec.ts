// What a preflight makes of an Azure that refuses, throttles, breaks, garbles or says nothing; and that it only reads.
import { deepStrictEqual, match, ok } from "node:assert";
import { PROVIDERS } from "../../../diagnosis/preflight/checks/providers";
import { REGION } from "../../../diagnosis/preflight/checks/regions";
import { SUBSCRIPTION } from "../../../diagnosis/preflight/checks/subscription";
import { CHECKS, preflight } from "../../../diagnosis/preflight/preflight";
import {
  FEDERATED_CREDENTIAL,
  IDENTITY,
  REGISTRY,
  ROLE_ASSIGNMENT,
  STORAGE_ACCOUNT,
  VAULT,
} from "../../../rehearsal/cloud/resourceTypes";
import type { EmulatedRequest, EmulatedResponse } from "../../../rehearsal/network/handler";
import { Preflights, seen } from "../../support/preflight";
import { LOCATION } from "../../support/restClients";

const STRANGER = "99999999-9999-4999-8999-999999999999";

describe("A preflight of an Azure that", () => {
  let preflights: Preflights;
  before(async () => {
    preflights = await Preflights.start();
  });
  after(() => preflights.azure.close());
  afterEach(() => preflights.reset());

  const plan = () => {
    const named = (type: string, name: string) => preflights.planned(type, `/providers/${type}/${name}`, { location: LOCATION });
    const credential = `/providers/${IDENTITY}/id/federatedIdentityCredentials/fc`;
    return preflights.plan(
      [
        ...[named(IDENTITY, "id"), named(VAULT, "kv-answers"), named(REGISTRY, "cranswers"), named(STORAGE_ACCOUNT, "stanswers")],
        preflights.planned(FEDERATED_CREDENTIAL, credential),
        preflights.cluster(),
        named(ROLE_ASSIGNMENT, STRANGER),
      ],
      { builds: { registry: true, docker: false } },
    );
  };
  const answers = (response: (request: EmulatedRequest) => EmulatedResponse | undefined) => {
    preflights.holder.fault = (request) => (request.url.host === "management.azure.com" ? response(request) : undefined);
  };
  const whole = () => {
    const { azure, env, config } = preflights;
    const { subscriptionId, credential, http: httpClient } = azure;
    const project = process.cwd();
    const files = { project: "test", stack: "dev", directory: project, main: "index.ts", config, secretKeys: [], standIns: [] };
    const signedIn = { how: "as the test", credential, tenantId: undefined, subscriptionId };
    return preflight({ files, plan: plan(), signedIn, subscriptionId, project, env, httpClient });
  };
  const ofAzure = CHECKS.filter(({ rights }) => rights.length > 0).map(({ id }) => id);

  it("answers everything: all checks of Azure pass, and nothing but reads was sent", async () => {
    const before = preflights.azure.served.network.calls.length;
    const { checks } = await whole();
    const found = checks.filter(({ check }) => ofAzure.includes(check));
    deepStrictEqual(
      found.filter(({ status }) => status !== "PASS"),
      [],
    );
    deepStrictEqual([...new Set(found.map(({ check }) => check))], ofAzure);
    const calls = preflights.azure.served.network.calls.slice(before).filter(({ method }) => method !== "CONNECT");
    ok(calls.length > 10);
    const others = calls.filter(
      ({ method, path }) => method !== "GET" && !(method === "POST" && path.endsWith("/checkNameAvailability")),
    );
    deepStrictEqual(others, []);
  });

  it("asks nothing else of a subscription that is not there", async () => {
    preflights.azure.as({ clientId: STRANGER, principalId: STRANGER });
    const { checks } = await whole();
    deepStrictEqual(
      checks.filter(({ check }) => ofAzure.includes(check)).map(({ check, status }) => [check, status]),
      [["subscription", "FAIL"]],
    );
  });

  it("refuses single calls: their checks are unknown, with the right that is missing, and the others go on", async () => {
    const error = { code: "AuthorizationFailed", message: "The client does not have authorization." };
    answers(({ url }) =>
      /usages|kubernetesVersions|(KeyVault|Registry)\/checkNameAvailability/i.test(url.pathname)
        ? { status: 403, body: { error } }
        : undefined,
    );
    const { checks } = await whole();
    const unknown = checks.filter(({ check, status }) => ofAzure.includes(check) && status === "UNKNOWN");
    deepStrictEqual(
      unknown.map(({ check, seen: what }) => [check, what.replace(/^.*: 403: /, "")]),
      [
        ["vcpu-quota", "you lack the right Microsoft.Compute/locations/usages/read"],
        ["kubernetes-version", "you lack the right Microsoft.ContainerService/locations/kubernetesVersions/read"],
        ["global-names", "you lack the right Microsoft.KeyVault/checkNameAvailability/read"],
        ["global-names", "you lack the right Microsoft.ContainerRegistry/checkNameAvailability/read"],
      ],
    );
    deepStrictEqual(
      checks.filter(({ check, status }) => ofAzure.includes(check) && status === "FAIL"),
      [],
    );
  });

  // Of each check of Azure, one that its first question is refused: no check takes silence for a yes.
  for (const check of CHECKS.filter(({ rights }) => rights.length > 0))
    it(`refuses everything: ${check.id} is unknown`, async () => {
      answers(() => ({ status: 403, body: { error: { code: "AuthorizationFailed", message: "no" } } }));
      const outcomes = await preflights.run(check, plan());
      deepStrictEqual([...new Set(outcomes.map(({ status }) => status))], ["UNKNOWN"]);
      match(outcomes[0]?.seen ?? "", /403: you lack the right Microsoft\.\w+/);
    });

  const subscription = () => preflights.run(SUBSCRIPTION, plan());

  it("takes no token: 401 is unknown, and says to sign in again", async () => {
    answers(() => ({
      status: 401,
      body: { error: { code: "InvalidAuthenticationToken", message: "The access token is invalid." } },
    }));
    const [outcome] = await subscription();
    match(outcome?.seen ?? "", /^the subscription .*: 401 InvalidAuthenticationToken: the sign-in does not count here$/);
    match(outcome?.fix ?? "", /^sign in again/);
  });

  it("does not know a region: 404 is unknown, with Azure's own words", async () => {
    answers(() => ({ status: 404, body: { error: { code: "NotFound", message: "There is nothing here." } } }));
    deepStrictEqual(seen(await preflights.run(REGION, plan())), [
      "UNKNOWN the regions of the subscription: 404 NotFound: There is nothing here.",
    ]);
  });

  it("throttles for a moment: the SDK waits, and the check passes", async () => {
    let count = 0;
    answers(() => {
      count += 1;
      return count < 3
        ? { status: 429, headers: { "retry-after": "0" }, body: { error: { code: "TooManyRequests", message: "" } } }
        : undefined;
    });
    deepStrictEqual(
      (await subscription()).map(({ status }) => status),
      ["PASS"],
    );
    deepStrictEqual(count, 3);
  });

  it("throttles on and on: unknown after three tries", async () => {
    let count = 0;
    answers(() => {
      count += 1;
      return { status: 429, headers: { "retry-after": "0" }, body: { error: { code: "TooManyRequests", message: "" } } };
    });
    match(seen(await subscription())[0] ?? "", /^UNKNOWN .*: 429: Azure throttles, also after several tries$/);
    deepStrictEqual(count, 3);
  });

  it("asks to wait for an hour: nobody waits", async () => {
    answers(() => ({
      status: 429,
      headers: { "retry-after": "3600" },
      body: { error: { code: "TooManyRequests", message: "" } },
    }));
    match(seen(await subscription())[0] ?? "", /^UNKNOWN .*: 429: it asks to wait for 3600 seconds$/);
  });

  it("breaks: 500 is unknown after three tries", async () => {
    answers(() => ({ status: 500, body: { error: { code: "InternalServerError", message: "Oh." } } }));
    match(seen(await subscription())[0] ?? "", /^UNKNOWN .*: 500, also after several tries$/);
  });

  for (const status of [200, 403, 502])
    it(`is a proxy that answers ${status} with HTML: unknown, and says so`, async () => {
      answers(() => ({ status, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" }));
      const [outcome] = await preflights.run(PROVIDERS, plan());
      match(outcome?.seen ?? "", new RegExp(`^the provider \\S+: its answer \\(${status}\\) is no JSON but text/html$`));
      match(outcome?.fix ?? "", /^a proxy between here and management\.azure\.com/);
    });

  it("answers JSON that is cut off: unknown", async () => {
    answers(() => ({ status: 200, headers: { "content-type": "application/json" }, body: '{"subscriptionId":' }));
    match(seen(await subscription())[0] ?? "", /^UNKNOWN the subscription /);
  });

  it("says nothing: unknown when its time is up", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    // It begins an answer, and then nothing comes.
    async function* nothing(): AsyncGenerator<Buffer> {
      await promise;
      yield Buffer.from("{}");
    }
    answers(() => ({ status: 200, headers: { "content-type": "application/json", "content-length": "2" }, body: nothing() }));
    const outcomes = await preflights.run(SUBSCRIPTION, plan(), { answerSeconds: 0.1 });
    resolve();
    match(seen(outcomes)[0] ?? "", /^UNKNOWN the subscription .*: no answer within 0\.1 seconds$/);
  });
});
