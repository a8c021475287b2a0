// Each named misconfiguration of the dev stack, whole: program, emulated Azure, real application, real SDKs.
import { strict as assert } from "node:assert";
import { z } from "zod";
import { BREAKS, type Break } from "../../rehearsal/breaks";
import type { Report } from "../../rehearsal/report";
import { rehearseHere } from "../support/rehearsal";

interface Outcome {
  readonly report: Report;
  /** The application's own page and facts; undefined where there is no pod. */
  readonly page: string | undefined;
  readonly broken: readonly { readonly name: string; readonly code: string | null }[];
}

// Where a break lies, by the type that a person has to change and the property in it.
const PLACES: Readonly<Record<string, readonly [type: string, property: RegExp]>> = {
  "label-on-service-account-only": [
    "kubernetes:apps/v1:Deployment",
    /^spec\.template\.metadata\.labels\["azure\.workload\.identity\/use"\]$/,
  ],
  "label-on-deployment-only": [
    "kubernetes:apps/v1:Deployment",
    /^spec\.template\.metadata\.labels\["azure\.workload\.identity\/use"\]$/,
  ],
  "label-value": ["kubernetes:apps/v1:Deployment", /^spec\.template\.metadata\.labels\["azure\.workload\.identity\/use"\]$/],
  "webhook-off": ["azure-native:containerservice:ManagedCluster", /^securityProfile\.workloadIdentity\.enabled$/],
  "container-skipped": ["kubernetes:apps/v1:Deployment", /skip-containers/],
  "annotation-missing": ["kubernetes:core/v1:ServiceAccount", /client-id/],
  "annotation-misspelt": ["kubernetes:core/v1:ServiceAccount", /client-id/],
  "default-service-account": ["kubernetes:apps/v1:Deployment", /^spec\.template\.spec\.serviceAccountName$/],
  "service-account-missing": ["kubernetes:apps/v1:Deployment", /^spec\.template\.spec\.serviceAccountName$/],
  "token-expiration": ["kubernetes:core/v1:ServiceAccount", /service-account-token-expiration/],
  "client-id-of-another-identity": ["kubernetes:core/v1:ServiceAccount", /client-id/],
  "principal-id-in-annotation": ["kubernetes:core/v1:ServiceAccount", /client-id/],
  "resource-id-in-annotation": ["kubernetes:core/v1:ServiceAccount", /client-id/],
  "client-id-by-hand": ["kubernetes:apps/v1:Deployment", /env\["AZURE_CLIENT_ID"\]$/],
  "tenant-annotation": ["kubernetes:core/v1:ServiceAccount", /tenant-id/],
  "issuer-without-slash": ["azure-native:managedidentity:FederatedIdentityCredential", /^issuer$/],
  "issuer-of-another-cluster": ["azure-native:managedidentity:FederatedIdentityCredential", /^issuer$/],
  "issuer-inside-cluster": ["azure-native:managedidentity:FederatedIdentityCredential", /^issuer$/],
  "wrong-namespace": ["azure-native:managedidentity:FederatedIdentityCredential", /^subject$/],
  "wrong-service-account": ["azure-native:managedidentity:FederatedIdentityCredential", /^subject$/],
  "subject-case": ["azure-native:managedidentity:FederatedIdentityCredential", /^subject$/],
  "wrong-audience": ["azure-native:managedidentity:FederatedIdentityCredential", /^audiences$/],
  "no-federated-credential": ["azure-native:managedidentity:UserAssignedIdentity", /^federatedIdentityCredentials$/],
  "missing-role": ["azure-native:managedidentity:UserAssignedIdentity", /^role assignments$/],
  "key-vault-reader": ["azure-native:authorization:RoleAssignment", /^roleDefinitionId$/],
  "wrong-scope": ["azure-native:authorization:RoleAssignment", /^scope$/],
  "role-for-client-id": ["azure-native:authorization:RoleAssignment", /^principalId$/],
  "access-policies": ["azure-native:keyvault:Vault", /^properties\.enableRbacAuthorization$/],
  "vault-of-another-tenant": ["azure-native:keyvault:Vault", /^properties\.tenantId$/],
  "vault-address": ["kubernetes:apps/v1:Deployment", /env\["KEY_VAULT_URI"\]$/],
  "secret-name": ["kubernetes:apps/v1:Deployment", /env\["SECRET_NAME"\]$/],
  "secret-disabled": ["azure-native:keyvault:Secret", /^properties\.attributes\.enabled$/],
};

const statusShape = z.object({
  ok: z.boolean(),
  links: z.array(z.object({ name: z.string(), ok: z.boolean().nullable(), code: z.string().nullable() })),
});

const AT_ONCE = 3;

async function outcome({ name }: Break): Promise<Outcome> {
  const rehearsal = await rehearseHere({ breakName: name });
  try {
    const url = rehearsal.report.pods[0]?.url;
    if (url === null || url === undefined) return { report: rehearsal.report, page: undefined, broken: [] };
    const page = await fetch(`${url}/`).then((answer) => answer.text());
    const status = statusShape.parse(await fetch(`${url}/api/status`).then((answer) => answer.json()));
    assert.equal(status.ok, false);
    return {
      report: rehearsal.report,
      page,
      broken: status.links.filter(({ ok }) => ok === false).map(({ name, code }) => ({ name, code })),
    };
  } finally {
    await rehearsal.close();
  }
}

function outcomeOf(outcomes: ReadonlyMap<string, Outcome>, name: string): Outcome {
  return outcomes.get(name) ?? assert.fail(`${name} was not rehearsed`);
}

describe("rehearse --break", function () {
  this.timeout(80_000);
  const outcomes = new Map<string, Outcome>();

  before(async () => {
    const waiting = [...BREAKS];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) outcomes.set(next.name, await outcome(next));
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
      const [type, property] = PLACES[name] ?? assert.fail(`no place for ${name}`);
      assert.equal(report.ok, false);
      assert.deepEqual(
        report.findings.map((finding) => [finding.rule, finding.code, finding.resource.split("::")[0]]),
        [[rule, code, type]],
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
});
