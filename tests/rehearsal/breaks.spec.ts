// Each named misconfiguration of the dev stack, whole: program, emulated Azure, real application, real SDKs.
import { strict as assert } from "node:assert";
import { z } from "zod";
import { BREAKS, type Break, findBreak } from "../../rehearsal/breaks";
import type { Report } from "../../rehearsal/report";
import { rehearseHere } from "../support/rehearsal";

interface Outcome {
  readonly report: Report;
  /** The application's own page and facts; undefined where there is no pod. */
  readonly page: string | undefined;
  readonly broken: readonly { readonly name: string; readonly code: string | null }[];
}

const DEPLOYMENT = "kubernetes:apps/v1:Deployment::web-deployment";
const SERVICE_ACCOUNT = "kubernetes:core/v1:ServiceAccount::web-service-account";
const CLUSTER = "azure-native:containerservice:ManagedCluster::aks-cluster";
const CREDENTIAL = "azure-native:managedidentity:FederatedIdentityCredential::web-federation-cluster";
const IDENTITY = "azure-native:managedidentity:UserAssignedIdentity::web-identity";
const ROLE = "azure-native:authorization:RoleAssignment::web-role-vault";
const VAULT = "azure-native:keyvault:Vault::vault-vault";
const SECRET = "azure-native:keyvault:Secret::vault-secret-app";
const APPLICATION = "azuread:index/application:Application::web-application";
const APPLICATION_CREDENTIAL =
  "azuread:index/applicationFederatedIdentityCredential:ApplicationFederatedIdentityCredential::web-application-federation-cluster";
const BLOB_ROLE = "azure-native:authorization:RoleAssignment::web-role-blobs";
const LIST_ROLE = "azure-native:authorization:RoleAssignment::web-role-role-list";

// Where a break lies: what a person has to change in the dev stack, and the property in it.
const PLACES: Readonly<Record<string, readonly [resource: string, property: RegExp]>> = {
  "label-on-service-account-only": [DEPLOYMENT, /^spec\.template\.metadata\.labels\["azure\.workload\.identity\/use"\]$/],
  "label-on-deployment-only": [DEPLOYMENT, /^spec\.template\.metadata\.labels\["azure\.workload\.identity\/use"\]$/],
  "label-value": [DEPLOYMENT, /^spec\.template\.metadata\.labels\["azure\.workload\.identity\/use"\]$/],
  "webhook-off": [CLUSTER, /^securityProfile\.workloadIdentity\.enabled$/],
  "container-skipped": [DEPLOYMENT, /skip-containers/],
  "annotation-missing": [SERVICE_ACCOUNT, /client-id/],
  "annotation-misspelt": [SERVICE_ACCOUNT, /client-id/],
  "default-service-account": [DEPLOYMENT, /^spec\.template\.spec\.serviceAccountName$/],
  "service-account-missing": [DEPLOYMENT, /^spec\.template\.spec\.serviceAccountName$/],
  "token-expiration": [SERVICE_ACCOUNT, /service-account-token-expiration/],
  "client-id-of-another-identity": [SERVICE_ACCOUNT, /client-id/],
  "principal-id-in-annotation": [SERVICE_ACCOUNT, /client-id/],
  "resource-id-in-annotation": [SERVICE_ACCOUNT, /client-id/],
  "client-id-by-hand": [DEPLOYMENT, /env\["AZURE_CLIENT_ID"\]$/],
  "tenant-annotation": [SERVICE_ACCOUNT, /tenant-id/],
  "issuer-without-slash": [CREDENTIAL, /^issuer$/],
  "issuer-of-another-cluster": [CREDENTIAL, /^issuer$/],
  "issuer-inside-cluster": [CREDENTIAL, /^issuer$/],
  "wrong-namespace": [CREDENTIAL, /^subject$/],
  "wrong-service-account": [CREDENTIAL, /^subject$/],
  "subject-case": [CREDENTIAL, /^subject$/],
  "wrong-audience": [CREDENTIAL, /^audiences$/],
  "no-federated-credential": [IDENTITY, /^federatedIdentityCredentials$/],
  "missing-role": [IDENTITY, /^role assignments$/],
  "key-vault-reader": [ROLE, /^roleDefinitionId$/],
  "wrong-scope": [ROLE, /^scope$/],
  "role-for-client-id": [ROLE, /^principalId$/],
  "access-policies": [VAULT, /^properties\.enableRbacAuthorization$/],
  "vault-of-another-tenant": [VAULT, /^properties\.tenantId$/],
  "vault-address": [DEPLOYMENT, /env\["KEY_VAULT_URI"\]$/],
  "secret-name": [DEPLOYMENT, /env\["SECRET_NAME"\]$/],
  "secret-disabled": [SECRET, /^properties\.attributes\.enabled$/],
  "service-principal-deleted": [APPLICATION, /^service principal$/],
  "missing-blob-role": [IDENTITY, /^role assignments$/],
  "storage-account-contributor": [BLOB_ROLE, /^roleDefinitionId$/],
  "blob-role-on-another-container": [BLOB_ROLE, /^scope$/],
  "blob-address": [DEPLOYMENT, /env\["BLOB_ENDPOINT"\]$/],
  "container-name": [DEPLOYMENT, /env\["BLOB_CONTAINER"\]$/],
  "missing-role-list-role": [IDENTITY, /^role assignments$/],
  "role-list-without-names": [LIST_ROLE, /^roleDefinitionId$/],
  "role-list-at-vault": [LIST_ROLE, /^scope$/],
};

/** Where the same breaks lie in a stack whose identities are applications. */
const OF_APPLICATIONS: Readonly<Record<string, string>> = {
  "issuer-without-slash": APPLICATION_CREDENTIAL,
  "no-federated-credential": APPLICATION,
  "principal-id-in-annotation": SERVICE_ACCOUNT,
  "missing-role": APPLICATION,
};

const statusShape = z.object({
  ok: z.boolean(),
  links: z.array(z.object({ name: z.string(), ok: z.boolean().nullable(), code: z.string().nullable() })),
});

const AT_ONCE = 3;

async function outcome({ name, needs = [] }: Break, more: readonly string[] = []): Promise<Outcome> {
  const rehearsal = await rehearseHere({ breakName: name, set: [...needs, ...more] });
  try {
    const url = rehearsal.report.pods[0]?.url;
    if (url === null || url === undefined) return { report: rehearsal.report, page: undefined, broken: [] };
    const status = await brokenStatus(url);
    const page = await fetch(`${url}/`).then((answer) => answer.text());
    return {
      report: rehearsal.report,
      page,
      broken: status.links.filter(({ ok }) => ok === false).map(({ name, code }) => ({ name, code })),
    };
  } finally {
    await rehearsal.close();
  }
}

// The rehearsal has seen the refusal go out; the application may not have read it yet.
async function brokenStatus(url: string): Promise<z.infer<typeof statusShape>> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const status = statusShape.parse(await fetch(`${url}/api/status`).then((answer) => answer.json()));
    assert.equal(status.ok, false);
    if (status.links.some(({ ok }) => ok === false) || performance.now() > deadline) return status;
  }
}

function outcomeOf(outcomes: ReadonlyMap<string, Outcome>, name: string): Outcome {
  return outcomes.get(name) ?? assert.fail(`${name} was not rehearsed`);
}

describe("rehearse --break", function () {
  this.timeout(80_000);
  const outcomes = new Map<string, Outcome>();

  before(async () => {
    const waiting = [
      ...BREAKS.map((each) => ({ key: each.name, run: () => outcome(each) })),
      ...Object.keys(OF_APPLICATIONS).map((name) => ({
        key: `${name} of an application`,
        run: () => outcome(findBreak(name), ["identityKind=application"]),
      })),
    ];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) outcomes.set(next.key, await next.run());
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  });

  it("knows where each break lies", () => {
    assert.deepEqual(
      BREAKS.map(({ name }) => name),
      Object.keys(PLACES),
    );
  });

  for (const { name, code, rule } of BREAKS) {
    it(`${name}: the finding names rule, code, resource and property`, () => {
      const { report } = outcomeOf(outcomes, name);
      const [resource, property] = PLACES[name] ?? assert.fail(`no place for ${name}`);
      assert.equal(report.ok, false);
      assert.deepEqual(
        report.findings.map((finding) => [finding.rule, finding.code, finding.resource]),
        [[rule, code, resource]],
      );
      assert.match(report.findings[0]?.property ?? "", property);
    });

    if (code === "AdmissionRefused") {
      it(`${name}: there is no pod`, () => assert.equal(outcomeOf(outcomes, name).report.pods[0]?.url, null));
    } else {
      it(`${name}: the application's own page turns one row red, with ${code}`, () => {
        const { page, broken } = outcomeOf(outcomes, name);
        assert.deepEqual(
          broken.map((link) => link.code),
          [code],
        );
        assert.match(page ?? "", new RegExp(`<strong>${code}</strong>`));
      });
    }
  }

  for (const [name, resource] of Object.entries(OF_APPLICATIONS)) {
    it(`${name} of an application: the finding names rule, code and resource`, () => {
      const { report, broken } = outcomeOf(outcomes, `${name} of an application`);
      const { rule, code } = findBreak(name);
      assert.deepEqual(
        report.findings.map((finding) => [finding.rule, finding.code, finding.resource]),
        [[rule, code, resource]],
      );
      assert.deepEqual(
        broken.map((link) => link.code),
        [code],
      );
    });
  }

  it("refuses to break what the program does not have, and says what it takes", async () => {
    for (const breakName of ["blob-address", "container-name"])
      await assert.rejects(rehearseHere({ breakName, set: ["toolbox=true"] }), /changed nothing/, breakName);
    await assert.rejects(rehearseHere({ breakName: "missing-blob-role" }), {
      message: "--break missing-blob-role changed nothing: the program registers nothing that it could break",
      fix: "add --set storage.enabled=true, or choose another break: --break list",
    });
  });
});
