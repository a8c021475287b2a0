// npm run verify against a rehearsal over HTTPS. Each check failing alone: links.process.ts; what cannot be read: unread.process.ts.
import { deepStrictEqual, match, strictEqual } from "node:assert";
import { roleDefinitionId } from "../../../chain";
import { FEDERATED_CREDENTIAL, SECRET, VAULT } from "../../../rehearsal/cloud/resourceTypes";
import { VerifyBench, wrongOf } from "../../support/verifyBench";

describe("The chain as it is deployed", () => {
  let bench: VerifyBench;
  before(async () => {
    bench = await VerifyBench.start();
  });
  afterEach(() => bench.reset());
  after(() => bench.close());

  it("holds in every link of a stack that works", async () => {
    const { ok: works, sections } = await bench.verify();
    strictEqual(works, true);
    deepStrictEqual(
      sections.map(({ name, works: shown, links }) => [name, shown, links.map(({ link, state }) => `${state} ${link}`)]),
      [
        [
          "cluster aks-aks-workload-identity-dev",
          undefined,
          holding("OIDC issuer", "issuer document", "issuer keys", "webhook pods"),
        ],
        [
          "workload web: web/web",
          true,
          holding(
            ...[
              "webhook",
              "pod label",
              "ServiceAccount",
              "client id",
              "tenant",
              "issuer",
              "subject",
              "audience",
              "role",
              "secret",
            ],
            ...["vault network", "running pods", "running pods' label", "injected environment", "token volume"],
            ...["pod", "issuer", "subject", "audience", "token exchange", "secret"].map((name) => `application: ${name}`),
          ),
        ],
      ],
    );
  });

  it("says of several mistakes each, and of none what follows from another", async () => {
    bench.webhookReady = 0;
    bench.azure(FEDERATED_CREDENTIAL, "", (all) => ({ ...all, audiences: ["api://other"] }));
    bench.role((all) => ({ ...all, roleDefinitionId: roleDefinitionId("keyVaultReader", String(all.scope)) }));
    bench.azure(SECRET, "", (all) => ({ ...all, attributes: { enabled: false } }));
    bench.azure(VAULT, "", (all) => ({ ...all, networkAcls: { defaultAction: "Deny" } }));
    const report = await bench.verify();
    deepStrictEqual(wrongOf(report), [
      "broken webhook pods: WI192 PodNotMutated",
      "broken audience: WI002 AADSTS700212",
      "broken role: WI021 ForbiddenByRbac",
      "broken secret: WI027 SecretDisabled",
      "warning vault network: WI197",
    ]);
    strictEqual(report.ok, false);
  });

  it("is known where a right is missing only as far as it could be read", async () => {
    bench.mayDo = (verb, resource) => `${verb} ${resource}` !== "get pods/proxy";
    const report = await bench.verify();
    deepStrictEqual(
      report.sections
        .flatMap(({ links }) => links)
        .flatMap(({ state, link, needs }) => (state === "holds" ? [] : [[state, link, needs]])),
      [["unknown", "application", "get pods/proxy web/web-0"]],
    );
    strictEqual(report.ok, false);
  });

  it("names what to change, with what it is and what it should be", async () => {
    bench.azure(FEDERATED_CREDENTIAL, "", (all) => ({ ...all, subject: "system:serviceaccount:web:shop" }));
    const { sections } = await bench.verify();
    const link = sections.flatMap(({ links }) => links).find(({ state }) => state === "broken");
    deepStrictEqual([link?.expected, link?.found], ["system:serviceaccount:web:web", "system:serviceaccount:web:shop"]);
    match(link?.finding?.resource ?? "", /^federated credential \S+ of identity id-/);
    match(link?.finding?.fix ?? "", /derive it from the ServiceAccount/);
  });
});

function holding(...links: readonly string[]): string[] {
  return links.map((link) => `holds ${link}`);
}
