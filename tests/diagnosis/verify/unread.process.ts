// npm run verify where something may not be read, or Azure and the cluster do not answer as they should: unknown, with what it takes, and never green by chance.
import { deepStrictEqual, match, ok, rejects, strictEqual } from "node:assert";
import type { VerifiedLink } from "../../../diagnosis/verify/report";
import { azureError, type EmulatedResponse } from "../../../rehearsal/network/handler";
import { UsageError } from "../../../rehearsal/usageError";
import { VerifyBench } from "../../support/verifyBench";

const RESOURCE_MANAGER = "management.azure.com";
const API_SERVER = "*.hcp.westeurope.azmk8s.io";
const FORBIDDEN = azureError(403, "AuthorizationFailed", "The client does not have authorization.");

/** Which call of Resource Manager is refused, what is not known then, and the right that is named. */
const REFUSED_BY_AZURE = [
  [
    "userAssignedIdentities/id-aks-workload-identity-dev-web?",
    ["client id", "tenant", "role"],
    /userAssignedIdentities\/read on id-/,
  ],
  ["federatedIdentityCredentials", ["issuer", "subject", "audience"], /federatedIdentityCredentials\/read on id-/],
  ["Microsoft.KeyVault/vaults/kv-dev-ttrg1a?", ["role", "secret"], /Microsoft\.KeyVault\/vaults\/read on /],
  ["/secrets/greeting", ["secret"], /vaults\/secrets\/read on kv-.*\/greeting/],
  ["roleAssignments", ["role"], /roleAssignments\/read on kv-/],
  ["roleDefinitions", ["role"], /roleDefinitions\/read of /],
] as const;

/** Which right the cluster's user lacks, and what is not known then. */
const REFUSED_BY_CLUSTER = [
  ["list serviceaccounts", ["ServiceAccount", "client id"]],
  ["list deployments", ["pod label", "ServiceAccount", "client id", "running pods"]],
  ["list pods", ["running pods", "application"]],
  ["get deployments", ["webhook pods"]],
  ["get pods/proxy", ["application"]],
] as const;

const silence = async function* (): AsyncGenerator<Buffer> {
  await new Promise(() => {});
};

const TROUBLES: readonly (readonly [what: string, answer: EmulatedResponse, ofAzure: RegExp, ofCluster: RegExp])[] = [
  ["429", azureError(429, "TooManyRequests", "slow down"), /^Azure answers 429 TooManyRequests$/, /^the API server answers 429/],
  ["500", azureError(500, "InternalServerError", "no"), /^Azure answers 500 InternalServerError$/, /^the API server answers 500/],
  ["an HTML page", { status: 200, headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" }, /./, /./],
  ["JSON of something else", { status: 200, body: { hello: "world" } }, /not what was asked for/, /./],
  [
    "nothing",
    { status: 200, headers: { "content-length": "9" }, body: silence() },
    /^no answer within 0.7 seconds$/,
    /^no answer within 0.7 seconds$/,
  ],
];

describe("A chain that cannot be read as a whole", () => {
  let bench: VerifyBench;
  before(async () => {
    bench = await VerifyBench.start();
  });
  afterEach(() => bench.reset());
  after(() => bench.close());

  const linksOf = async (...given: Parameters<VerifyBench["verify"]>) => {
    const report = await bench.verify(...given);
    return { report, links: report.sections.flatMap(({ links }) => links) };
  };
  const unknownIn = (links: readonly VerifiedLink[]) => links.filter(({ state }) => state === "unknown");
  const named = (links: readonly VerifiedLink[], name: string) => links.find(({ link }) => link === name);

  for (const [path, unread, right] of REFUSED_BY_AZURE)
    it(`says what it takes where ${path} may not be read, and goes by what the application says`, async () => {
      bench.answers(RESOURCE_MANAGER, path, FORBIDDEN);
      const { report, links } = await linksOf();
      deepStrictEqual(
        unknownIn(links).map(({ link }) => link),
        [...unread],
      );
      for (const { found, needs } of unknownIn(links)) {
        strictEqual(found, "Azure answers 403 AuthorizationFailed");
        match(needs ?? "", right);
      }
      deepStrictEqual([report.ok, links.some(({ state }) => state === "broken")], [true, false]);
    });

  for (const [right, unread] of REFUSED_BY_CLUSTER)
    it(`says what it takes without the right to ${right}`, async () => {
      bench.mayDo = (verb, resource) => `${verb} ${resource}` !== right;
      const { report, links } = await linksOf();
      deepStrictEqual([...new Set(unknownIn(links).map(({ link }) => link))], [...unread]);
      for (const { found, needs } of unknownIn(links)) {
        match(found, /^the API server answers 403: .* is forbidden: User "rehearsal" cannot /);
        ok(needs?.startsWith(right), needs);
      }
      strictEqual(report.ok, !unread.some((link) => link === "application"));
    });

  it("does not call an issuer broken that this machine gets no answer from, and goes by what the application says", async () => {
    bench.answers("*.oic.prod-aks.azure.com", "openid-configuration", { status: 200, body: silence() });
    const { report, links } = await linksOf({ limitSeconds: 0.7 });
    deepStrictEqual(
      [report.ok, ...unknownIn(links).map(({ link, found }) => [link, found])],
      [true, ["issuer document", "no answer within 0.7 seconds"]],
    );
  });

  it("ends where Azure knows no such subscription, which is no missing resource", async () => {
    const missing = azureError(404, "SubscriptionNotFound", "The subscription 's' could not be found.");
    bench.answers(RESOURCE_MANAGER, "/providers/", missing);
    await rejects(bench.verify(), (error: unknown) => {
      ok(error instanceof UsageError);
      match(error.message, /^Azure knows no such subscription .*could not be found\.$/);
      return true;
    });
  });

  it("is not green where the API server takes nobody's sign-in", async () => {
    const { report, links } = await linksOf({ kubeconfig: bench.kubeconfig("of-nobody") });
    strictEqual(report.ok, false);
    match(named(links, "running pods")?.found ?? "", /^the API server answers 401/);
    strictEqual(named(links, "audience")?.state, "holds");
  });

  it("goes on with Azure alone where the cluster may not be read", async () => {
    bench.answers(RESOURCE_MANAGER, "/managedClusters/", FORBIDDEN);
    const { report, links } = await linksOf();
    strictEqual(report.ok, false);
    match(named(links, "webhook pods")?.needs ?? "", /managedClusters\/read on rg-/);
    deepStrictEqual(
      ["issuer document", "subject", "role"].map((name) => named(links, name)?.state),
      ["holds", "holds", "holds"],
    );
  });

  it("finds the cluster and the vault in another resource group than the stack's", async () => {
    bench.outputs = { ...bench.outputs, outputs: { ...bench.outputs.outputs, resourceGroupName: "rg-other" } };
    bench.answers(RESOURCE_MANAGER, "/resourceGroups/rg-other/", azureError(404, "ResourceGroupNotFound", "no such group"));
    deepStrictEqual(
      (await linksOf()).links.filter(({ state }) => state !== "holds"),
      [],
    );
  });

  it("says that there is no such cluster", async () => {
    bench.outputs = { ...bench.outputs, outputs: { ...bench.outputs.outputs, clusterName: "aks-gone" } };
    const { report, links } = await linksOf();
    strictEqual(report.ok, false);
    strictEqual(named(links, "OIDC issuer")?.found, "the subscription has none of the name aks-gone");
  });

  it("says that an application's identity is one that only Microsoft Graph knows", async () => {
    bench.changeOutput({ identityId: "12121212-3434-4565-8787-909090909090" });
    const { report, links } = await linksOf();
    match(named(links, "subject")?.found ?? "", /is an application, and this command does not ask Microsoft Graph/);
    deepStrictEqual([report.ok, named(links, "role")?.state], [true, "unknown"]);
  });

  it("ends where Azure does not know the sign-in any more", async () => {
    bench.answers(
      RESOURCE_MANAGER,
      "/providers/",
      azureError(401, "ExpiredAuthenticationToken", "The access token expiry UTC time is earlier than now."),
    );
    await rejects(bench.verify(), (error: unknown) => {
      ok(error instanceof UsageError);
      match(error.message, /^Azure does not accept the sign-in/);
      return true;
    });
  });

  for (const [what, answer, ofAzure] of TROUBLES)
    it(`is unknown, not green, where Azure answers with ${what}`, async () => {
      bench.answers(RESOURCE_MANAGER, "/providers/", answer);
      const { report, links } = await linksOf({ limitSeconds: 0.7 });
      strictEqual(report.ok, false);
      match(named(links, "OIDC issuer")?.found ?? "", ofAzure);
      deepStrictEqual(
        links.filter(({ state }) => state === "broken"),
        [],
      );
    });

  for (const [what, answer, , ofCluster] of TROUBLES)
    it(`is unknown, not green, where the API server answers with ${what}`, async () => {
      bench.answers(API_SERVER, "/", answer);
      const { report, links } = await linksOf({ limitSeconds: 0.7 });
      strictEqual(report.ok, false);
      match(named(links, "running pods")?.found ?? "", ofCluster);
      deepStrictEqual(
        links.filter(({ state }) => state === "broken"),
        [],
      );
    });

  it("names the program that signs in to the cluster, where it is not there", async () => {
    const kubeconfig = bench.kubeconfig("none", {
      exec: { apiVersion: "client.authentication.k8s.io/v1beta1", command: "kubelogin" },
    });
    await rejects(bench.verify({ kubeconfig }), (error: unknown) => {
      ok(error instanceof UsageError);
      match(`${error.message} ${error.fix}`, /signs in with kubelogin, which is not on PATH install it: az aks install-cli/);
      return true;
    });
  });

  it("has nothing to say of a stack without workloads, and says that", async () => {
    bench.outputs = { ...bench.outputs, chain: {} };
    await rejects(bench.verify(), { name: "UsageError", message: "stack dev exports a chain without workloads" });
  });

  it("goes on where an output is no address", async () => {
    bench.changeOutput({ vaultUri: "nonsense", issuer: "nonsense" });
    const { report, links } = await linksOf();
    strictEqual(report.ok, false);
    deepStrictEqual(
      [named(links, "issuer document")?.state, named(links, "vault")?.found],
      ["broken", "the subscription has none of the name nonsense"],
    );
  });

  it("refuses a text that is no kubeconfig", async () => {
    for (const text of ["", "hello", "\u0000\u0001", "{}", "clusters: 5"])
      await rejects(bench.verify({ kubeconfig: { text, from: "file" } }), UsageError, JSON.stringify(text));
  });
});
