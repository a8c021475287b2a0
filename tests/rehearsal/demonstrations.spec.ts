// What a rehearsal says of applications that do not serve what they were told to: a small server stands for each.
import { strict as assert } from "node:assert";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { APP_ENVIRONMENT, BLOB_ROUTE_ON, ROLES, type RoleAssignmentLink } from "../../chain";
import { BlobStore } from "../../rehearsal/cloud/blobStore";
import { type DemonstratedCloud, demonstrate, type ShownPod } from "../../rehearsal/demonstrations";
import { rehearseHere } from "../support/rehearsal";

const GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg";
const PRINCIPAL = "33333333-3333-4333-8333-333333333333";
const BLOB_PATH = "/api/stweb/data/rehearsal/hello.txt";
const HELLO = "Hello from the rehearsal\n";
const TEXT = "text/plain; charset=utf-8";

const assignment = (role: keyof typeof ROLES, scope: string, principalId = PRINCIPAL): RoleAssignmentLink => ({
  id: `${scope}/${role}`,
  resource: role,
  scope,
  principalId,
  roleDefinitionId: `${GROUP}/providers/Microsoft.Authorization/roleDefinitions/${ROLES[role].id}`,
});
const VAULT_ROLE = assignment("keyVaultSecretsUser", `${GROUP}/vault`);
const LATER = assignment("reader", `${GROUP}/cluster`);
const vaultRole = { name: ROLES.keyVaultSecretsUser.name, scope: `${GROUP}/vault` };
const reader = { name: ROLES.reader.name, scope: `${GROUP}/cluster` };

/** An Azure with one role of the identity, and one that comes later. */
function cloudWith(later: RoleAssignmentLink | undefined = LATER) {
  const assignments = [VAULT_ROLE];
  const blobs = new BlobStore(() => 0);
  const cloud: DemonstratedCloud = {
    roleAssignments: () => assignments,
    customRoles: () => [],
    give: () => (later === undefined ? 0 : assignments.push(later) - 1),
    blobs,
  };
  return { cloud, blobs, given: () => assignments.length > 1 };
}

type Answers = (request: IncomingMessage, response: ServerResponse, given: boolean) => void;

/** What comes of one pod that answers so. */
async function tried(env: Record<string, string>, answers: Answers, later?: RoleAssignmentLink) {
  const { cloud, blobs, given } = cloudWith(later);
  const server = createServer((request, response) => answers(request, response, given()));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  const pod: ShownPod = { pod: "web/web-0", resource: "web", url: `http://127.0.0.1:${address.port}`, env };
  try {
    const options = { onDone: () => {}, signal: new AbortController().signal, patienceMs: 0 };
    const { reports, findings } = await demonstrate(cloud, [pod], options);
    assert.deepEqual(blobs.list("stweb", "data"), [], "the blob that was put there is gone again");
    const found = findings.map(({ rule, severity, property, actual }) => [rule, severity, property, actual]);
    return { ok: reports.map(({ ok }) => ok), found };
  } finally {
    server.close();
  }
}

const LISTS = { [APP_ENVIRONMENT.roleListScope]: GROUP, [APP_ENVIRONMENT.roleListPrincipal]: PRINCIPAL };
const SERVES = {
  [APP_ENVIRONMENT.blobRoute]: BLOB_ROUTE_ON,
  [APP_ENVIRONMENT.blobEndpoint]: "https://stweb.blob.core.windows.net/",
  [APP_ENVIRONMENT.blobContainer]: "data",
};

interface Listed {
  name: string;
  scope: string;
}

/** An application that lists and shows these roles, before and after the later one has come. */
function lister(listed: (given: boolean) => Listed[], onPage: (given: boolean) => Listed[] = listed): Answers {
  return ({ url }, response, given) => {
    if (url === "/api/status") response.end(JSON.stringify({ links: [], roles: { roles: listed(given) } }));
    else response.end(`<table>${onPage(given).map(({ name }) => `<tr><td>${name}</td></tr>`)}</table>`);
  };
}

describe("the list of roles that a rehearsal shows", () => {
  const right = (given: boolean) => (given ? [vaultRole, reader] : [vaultRole]);

  it("is right where list and page have exactly the roles, and one more afterwards", async () =>
    assert.deepEqual(await tried(LISTS, lister(right)), { ok: [true, true], found: [] }));

  const wrong: [string, Answers, boolean[], string, string][] = [
    ["a role too few", lister(() => [vaultRole]), [true, false], "GET /api/status", "Key Vault Secrets User on vault"],
    [
      "a role too many",
      lister((given) => [...right(given), { ...vaultRole, name: "Owner" }]),
      [false, false],
      "GET /api/status",
      "Key Vault Secrets User on vault, Owner on vault",
    ],
    ["a page without them", lister(right, () => []), [false, false], "GET /", "none"],
    [
      "a page that shows a role before it is there",
      lister(right, () => [vaultRole, reader]),
      [false, true],
      "GET /",
      "Key Vault Secrets User, Reader",
    ],
    [
      "no list at all, from this project's application",
      (_, response) => response.end('{"links":[]}'),
      [false, false],
      "GET /api/status",
      "none",
    ],
  ];
  for (const [what, answers, ok, property, actual] of wrong) {
    it(`is an error with ${what}`, async () => {
      const result = await tried(LISTS, answers);
      assert.deepEqual(result.ok, ok);
      assert.ok(
        result.found.some((found) => found.join("|") === ["WI037", "error", property, actual].join("|")),
        JSON.stringify(result.found),
      );
    });
  }

  it("is an error where the application fails", async () => {
    const { ok, found } = await tried(LISTS, (_, response) => response.writeHead(500).end());
    assert.deepEqual(ok, [false, false]);
    assert.deepEqual(found[0], ["WI037", "error", "GET /api/status", "none"]);
  });

  it("is an error where the role that came is another identity's", async () => {
    const others = assignment("reader", `${GROUP}/cluster`, "44444444-4444-4444-8444-444444444444");
    const { found } = await tried(
      LISTS,
      lister(() => [vaultRole]),
      others,
    );
    assert.deepEqual(found, [
      [
        "WI037",
        "error",
        "role list with a further role",
        `the same list: the role that came is not one of ${PRINCIPAL} at ${GROUP}`,
      ],
    ]);
  });

  it("is a warning where an application of somebody's own has none", async () => {
    const { found } = await tried(LISTS, (_, response) => response.end("{}"));
    assert.deepEqual(found[0], ["WI037", "warning", "routes", "GET /api/status has no roles"]);
  });

  it("is not asked of a pod that is not ready", async () => {
    const rehearsal = await rehearseHere({ set: ["roleList=true"], breakName: "missing-role" });
    try {
      assert.deepEqual(rehearsal.report.demonstrations, []);
    } finally {
      await rehearsal.close();
    }
  });
});

describe("the blob that a rehearsal reads", () => {
  const blob = (status: number, type: string, text: string): Answers => {
    return ({ url }, response) => {
      if (url === BLOB_PATH) response.writeHead(status, { "content-type": type }).end(text);
      else response.end('{"links":[]}');
    };
  };

  it("is right with its bytes and its type", async () =>
    assert.deepEqual(await tried(SERVES, blob(200, TEXT, HELLO)), { ok: [true], found: [] }));

  const property = `GET ${BLOB_PATH}`;
  for (const [what, answers, actual] of [
    ["other bytes", blob(200, TEXT, "Hello"), `200, ${TEXT}, 5 bytes`],
    ["another type", blob(200, "text/html", HELLO), "200, text/html, 25 bytes"],
    ["a refusal", blob(502, TEXT, "no"), `502, ${TEXT}, 2 bytes`],
    ["not found, from this project's application", blob(404, TEXT, "no"), `404, ${TEXT}, 2 bytes`],
  ] as const) {
    it(`is an error with ${what}`, async () =>
      assert.deepEqual(await tried(SERVES, answers), { ok: [false], found: [["WI037", "error", property, actual]] }));
  }

  it("is an error, and none of the rehearsal's own, where the answer breaks off", async () => {
    const { ok, found } = await tried(SERVES, (_, response) => {
      response.writeHead(200, { "content-length": 25 });
      response.write("He", () => response.destroy());
    });
    assert.deepEqual(ok, [false]);
    assert.deepEqual(
      found.map(([rule, severity]) => [rule, severity]),
      [["WI037", "error"]],
    );
    assert.match(String(found[0]?.[3]), /^no whole answer: /);
  });

  it("is a warning where an application of somebody's own does not serve it", async () => {
    const { found } = await tried(SERVES, (_, response) => response.writeHead(404).end());
    assert.deepEqual(found, [["WI037", "warning", "routes", `GET ${BLOB_PATH} answers 404`]]);
  });
});
