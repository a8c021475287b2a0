import { deepStrictEqual, match, ok, strictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ChainState } from "../../app/src/chainState";
import { page } from "../../app/src/page";
import { duration } from "../../app/src/pageSections";
import { NOT_YET } from "../../app/src/reading";
import type { LinkName } from "../../app/src/refusal";
import { inOrder, shortScope } from "../../app/src/roles";
import { type Status, statusOf } from "../../app/src/status";
import { AUDIENCE } from "../../chain";
import { configOf, ISSUER, SUBJECT, unsignedToken } from "./fixtures";

const NOW = Date.UTC(2026, 10, 22);
const STARTING: ChainState = { exchanged: false, secret: NOT_YET, blobs: undefined, roles: undefined };
const SECRET = { name: "greeting", version: "v1", length: 5, fingerprint: "01234567", readAt: NOW };
const WORKING: ChainState = {
  ...STARTING,
  exchanged: true,
  secret: { working: true, refusal: undefined, last: SECRET, nextTryAt: NOW + 60_000 },
};

describe("The status and its page", () => {
  let folder: string;
  let tokenFile: string;
  const claims = { iss: ISSUER, sub: SUBJECT, aud: [AUDIENCE], exp: NOW / 1000 + 600 };
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "page-"));
    tokenFile = join(folder, "token");
  });
  beforeEach(() => writeFileSync(tokenFile, unsignedToken(claims)));
  after(() => rmSync(folder, { recursive: true }));

  const status = (state: Partial<ChainState>, changes: Record<string, string | undefined> = {}): Status =>
    statusOf(configOf({ AZURE_FEDERATED_TOKEN_FILE: tokenFile, ...changes }), { state: { ...STARTING, ...state } }, NOW);
  const refusedAt = (link: LinkName, code: string, found?: string): Partial<ChainState> => ({
    secret: { ...NOT_YET, refusal: { link, code, ...(found === undefined ? {} : { found }) }, nextTryAt: NOW + 1000 },
  });
  const states = ({ links }: Status) => links.map(({ ok }) => ok);
  const htmlOf = async (given: Status) => String(await page(given));

  it("list the links in the chain's order, all of them right", () => {
    const working = status(WORKING);
    deepStrictEqual(
      working.links.map(({ name }) => name),
      ["pod", "issuer", "subject", "audience", "token exchange", "secret"],
    );
    deepStrictEqual(states(working), [true, true, true, true, true, true]);
    strictEqual(working.ok, true);
  });

  it("know before the first answer only what the pod itself shows", () => {
    deepStrictEqual(states(status({})), [true, true, true, true, null, null]);
    deepStrictEqual(states(status({}, { EXPECTED_ISSUER: undefined })), [true, null, true, true, null, null]);
  });

  for (const [link, code, expected] of [
    ["pod", "TokenFileMissing", [false, true, true, true, null, null]],
    ["issuer", "AADSTS700211", [true, false, true, true, null, null]],
    ["subject", "AADSTS700213", [true, true, false, true, null, null]],
    ["audience", "AADSTS700212", [true, true, true, false, null, null]],
    ["token exchange", "AADSTS700016", [true, true, true, true, false, null]],
    ["secret", "ForbiddenByRbac", [true, true, true, true, null, false]],
  ] as const) {
    it(`turn exactly the row "${link}" red for ${code}`, async () => {
      const broken = status(refusedAt(link, code, "what was found"));
      deepStrictEqual(states(broken), [...expected]);
      const html = await htmlOf(broken);
      strictEqual(html.match(/class="bad"/g)?.length, 1);
      match(html, new RegExp(`<tr role="row" class="bad"><th role="rowheader" scope="row">${link}</th>`));
      ok(html.includes(`<strong>${code}</strong>`));
      match(html, /<a href="https:\/\/[^"]+">Help on/);
    });
  }

  it("show the token's own claim beside what was expected, and the code's help", () => {
    writeFileSync(tokenFile, unsignedToken({ ...claims, sub: "system:serviceaccount:default:web" }));
    const [, , subject] = status(refusedAt("subject", "AADSTS700213", "a long sentence")).links;
    deepStrictEqual(subject, {
      name: "subject",
      ok: false,
      expected: SUBJECT,
      found: "system:serviceaccount:default:web",
      code: "AADSTS700213",
      help: "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations",
    });
  });

  it("take Entra ID's word over a stale expectation, and still show the difference", () => {
    const differing = status(WORKING, { EXPECTED_SUBJECT: "system:serviceaccount:web:other" });
    deepStrictEqual(states(differing), [true, true, true, true, true, true]);
    strictEqual(differing.token?.equal.subject, false);
  });

  it("count the token's minutes, also those since it expired", () => {
    strictEqual(status({}).token?.minutesLeft, 10);
    writeFileSync(tokenFile, unsignedToken({ ...claims, exp: NOW / 1000 - 90 }));
    strictEqual(status({}).token?.minutesLeft, -2);
  });

  it("say outside a cluster that there is no pod to check", () => {
    const local = status(WORKING, { AZURE_FEDERATED_TOKEN_FILE: undefined });
    deepStrictEqual(states(local), [null, null, null, null, true, true]);
    strictEqual(local.token, null);
  });

  it("escape whatever comes from outside", async () => {
    const attack = `"><script>alert('x')</script>`;
    writeFileSync(tokenFile, unsignedToken({ ...claims, iss: attack, aud: attack }));
    const html = await htmlOf(status(refusedAt("secret", attack, attack), { POD_NAME: attack, AZURE_CLIENT_ID: attack }));
    strictEqual(html.includes("<script"), false);
    strictEqual(html.includes("alert('x')"), false);
    ok(html.includes("&lt;script&gt;"));
  });

  it("never hold the token", async () => {
    const given = status(WORKING);
    const [, payload = "", signature = ""] = unsignedToken(claims).split(".");
    for (const text of [await htmlOf(given), JSON.stringify(given)]) {
      strictEqual(text.includes(payload), false);
      strictEqual(text.includes(signature), false);
    }
  });

  it("work without script and without colour", async () => {
    const html = await htmlOf(status(refusedAt("subject", "AADSTS700213")));
    strictEqual(html.includes("<script"), false);
    ok(html.includes("✗ broken") && html.includes("✓ agrees") && html.includes("not reached"));
    match(
      html,
      /<p class="status bad" role="status">✗ Broken at subject: AADSTS700213\. .+ Next try at 2026-11-22T00:00:01\.000Z\.<\/p>/,
    );
  });

  it("have language, title, landmarks, headings and headers of rows and columns", async () => {
    const html = await htmlOf(status(WORKING));
    for (const part of ['<html lang="en">', "<title>Works · workload identity</title>", "<header>", "<main>", "<footer>", "<h1>"])
      ok(html.includes(part), part);
    strictEqual(html.match(/<section aria-labelledby="(\w+)"><h2 id="\1">/g)?.length, 4);
    strictEqual(html.includes("<th>"), false);
    strictEqual(html.includes('name="viewport"'), true);
  });

  const GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-web";
  const VAULT = `${GROUP}/providers/Microsoft.KeyVault/vaults/kv-web`;
  const EVERYTHING = {
    BLOB_ENDPOINT: "https://stweb.blob.core.windows.net/",
    BLOB_CONTAINER: "documents",
    BLOB_ROUTE: "on",
    ROLE_LIST_SCOPE: GROUP,
    ROLE_LIST_PRINCIPAL: "55555555-5555-4555-8555-555555555555",
  };
  const works = <T extends object>(value: T) => ({
    working: true,
    refusal: undefined,
    last: { ...value, readAt: NOW },
    nextTryAt: NOW + 60_000,
  });
  const READS_ALL: ChainState = {
    ...WORKING,
    blobs: works({ container: "documents" }),
    roles: works({ roles: [{ name: "Key Vault Secrets User", scope: VAULT, assignmentId: `${VAULT}/providers/x` }] }),
  };

  it("have links and sections for blobs and roles only where the pod was configured to read them", async () => {
    const everything = status(READS_ALL, EVERYTHING);
    deepStrictEqual(
      everything.links.slice(5).map(({ name, ok, found }) => [name, ok, found]),
      [
        ["secret", true, "version v1"],
        ["blobs", true, "blobs can be read"],
        ["roles", true, "1 role"],
      ],
    );
    deepStrictEqual(everything.blobs, {
      endpoint: "https://stweb.blob.core.windows.net/",
      container: "documents",
      route: true,
      readAt: "2026-11-22T00:00:00.000Z",
    });
    deepStrictEqual(everything.roles, {
      scope: GROUP,
      principal: "55555555-5555-4555-8555-555555555555",
      readAt: "2026-11-22T00:00:00.000Z",
      roles: [{ name: "Key Vault Secrets User", scope: VAULT, assignmentId: `${VAULT}/providers/x` }],
    });
    const html = await htmlOf(everything);
    match(html, /the pod read the secret, its blobs and its roles without holding a credential/);
    strictEqual(html.match(/<section aria-labelledby="(\w+)"><h2 id="\1">/g)?.length, 6);
    strictEqual(html.includes("<th>"), false);
    match(html, /Microsoft\.KeyVault\/vaults kv-web/);
    const { blobs, roles } = status(WORKING);
    deepStrictEqual([blobs, roles], [null, null]);
  });

  it("are right only if everything is, and each broken end of the chain has its own row", async () => {
    const refusal = { link: "roles", code: "AuthorizationFailed" } as const;
    const roles = { working: false, refusal, last: READS_ALL.roles?.last, nextTryAt: NOW + 2000 };
    const blobs = { ...NOT_YET, refusal: { link: "blobs", code: "ContainerNotFound" } as const, nextTryAt: NOW + 1000 };
    const broken = status({ ...READS_ALL, blobs, roles }, EVERYTHING);
    deepStrictEqual([broken.ok, states(broken).slice(4)], [false, [true, true, false, false]]);
    deepStrictEqual([broken.nextTryAt, broken.roles?.readAt], ["2026-11-22T00:00:01.000Z", "2026-11-22T00:00:00.000Z"]);
    match(await htmlOf(broken), /✗ Broken at blobs: ContainerNotFound\./);
  });

  it("escape the names of roles and say that there are none", async () => {
    const attack = "<script>alert('x')</script>";
    const named = works({ roles: [{ name: attack, scope: `/${attack}`, assignmentId: attack }] });
    strictEqual((await htmlOf(status({ ...READS_ALL, roles: named }, EVERYTHING))).includes("<script"), false);
    match(await htmlOf(status({ ...READS_ALL, roles: works({ roles: [] }) }, EVERYTHING)), /The identity has no role there\./);
  });

  for (const [scope, text] of [
    [GROUP, "resource group rg-web"],
    [VAULT, "Microsoft.KeyVault/vaults kv-web"],
    [
      `${GROUP}/providers/Microsoft.Storage/storageAccounts/stweb/blobServices/default/containers/documents`,
      "Microsoft.Storage/storageAccounts/blobServices/containers stweb/default/documents",
    ],
    ["/subscriptions/22222222-2222-4222-8222-222222222222", "subscription 22222222-2222-4222-8222-222222222222"],
    ["/providers/Microsoft.Management/managementGroups/all", "Microsoft.Management/managementGroups all"],
    ["/", "/"],
  ] as const) {
    it(`name the scope ${scope.slice(-40)} in short`, () => strictEqual(shortScope(scope), text));
  }

  it("list roles always in the same order", () => {
    const role = (name: string, scope: string) => ({ name, scope, assignmentId: "1" });
    const ordered = [role("A", "/a"), role("A", "/b"), role("B", "/a"), role("a", "/a")];
    deepStrictEqual(inOrder([...ordered].reverse()), ordered);
  });

  for (const [seconds, text] of [
    [0, "0 s"],
    [59, "59 s"],
    [60, "1 min"],
    [3661, "1 h 1 min"],
    [90_000, "1 d 1 h"],
  ] as const) {
    it(`write ${seconds} seconds as ${text}`, () => strictEqual(duration(seconds), text));
  }
});
