// npm run migrate: what it prints where, its exit codes, and that everything wrong is said at once. What the program registers: migrate.program.spec.ts.
import { deepStrictEqual, doesNotMatch, equal, match, ok, throws } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { migrateArguments } from "../../cli/migrateArguments";
import { EXAMPLES } from "../../cli/migration/examples";
import { importDocument } from "../../cli/migration/importFile";
import { planText } from "../../cli/migration/plan";
import { FIELDS, SYSTEM_KEYS, type SystemKey } from "../../cli/migration/request";
import { type CommandEnd, runCommandLine } from "./commandRun";

const GROUP = "/subscriptions/22222222-2222-4222-8222-222222222222/resourceGroups/rg-old/providers";

function migrated(key: SystemKey, ...further: readonly string[]) {
  const args = EXAMPLES.find((example) => example.key === key)?.args ?? [];
  const migration = migrateArguments([...args, ...further]);
  if (migration === undefined) throw new Error("only help");
  const { system, request } = migration;
  return { document: JSON.parse(importDocument(system.adopted(request))), plan: planText(system, request, "import.json") };
}

/** Name and id of each resource, with its parent; components without. */
const identities = (key: SystemKey) =>
  migrated(key).document.resources.map(({ name, id, parent }: Record<string, unknown>) => [name, parent, id]);

describe("npm run migrate", function () {
  this.timeout(30_000);
  const folder = mkdtempSync(join(tmpdir(), "migrate-"));
  const out = join(folder, "import.json");
  const args = EXAMPLES.find(({ key }) => key === "c")?.args ?? [];
  let runs: Record<"help" | "printed" | "written" | "unwritable", Promise<CommandEnd>>;

  before(() => {
    runs = {
      help: runCommandLine("migrate", { args: ["--help"] }),
      printed: runCommandLine("migrate", { args }),
      written: runCommandLine("migrate", { args: [...args, "--out", out] }),
      unwritable: runCommandLine("migrate", { args: [...args, "--out", join(folder, "none", "import.json")] }),
    };
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("--help says what it does, every option and the exit codes", async () => {
    const { code, stdout, stderr } = await runs.help;
    deepStrictEqual({ code, stderr }, { code: 0, stderr: "" });
    for (const name of [...FIELDS, "system", "out", "help"]) ok(stdout.includes(`--${name} `), name);
    match(stdout, /Exit code: 0 printed, 2 wrong use\./);
  });

  it("prints the document on standard output and the commands on standard error", async () => {
    const { code, stdout, stderr } = await runs.printed;
    deepStrictEqual([code, JSON.parse(stdout), stderr], [0, migrated("c").document, migrated("c").plan]);
  });

  it("writes the document to a file, which the commands then name", async () => {
    const { code, stdout, stderr } = await runs.written;
    deepStrictEqual([code, stdout, JSON.parse(readFileSync(out, "utf8"))], [0, "", migrated("c").document]);
    ok(stderr.includes(`\npulumi import --file ${out} --stack dev --generate-code=false\n`));
  });

  it("says where it cannot write", async () => {
    const { code, stdout, stderr } = await runs.unwritable;
    const message = `--out: cannot write ${join(folder, "none", "import.json")} (ENOENT)\n  fix: name a file in a folder that is there\n`;
    deepStrictEqual([code, stdout, stderr], [2, "", message]);
  });

  it("adopts the application of system a and its service principal", () => {
    deepStrictEqual(identities("a"), [
      ["web", undefined, undefined],
      ["web-application", "web", "/applications/55555555-5555-4555-8555-555555555555"],
      ["web-service-principal", "web", "/servicePrincipals/66666666-6666-4666-8666-666666666666"],
    ]);
  });

  it("adopts the identity, the account and the container of system b", () => {
    const account = `${GROUP}/Microsoft.Storage/storageAccounts/streader`;
    deepStrictEqual(identities("b"), [
      ["web", undefined, undefined],
      ["web-identity", "web", `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/id-reader`],
      ["blobs", undefined, undefined],
      ["blobs-account", "blobs", account],
      ["blobs-container", "blobs", `${account}/blobServices/default/containers/test`],
    ]);
  });

  it("adopts the identity, the vault and the secret of system c", () => {
    const vault = `${GROUP}/Microsoft.KeyVault/vaults/kv-old`;
    deepStrictEqual(identities("c"), [
      ["web", undefined, undefined],
      ["web-identity", "web", `${GROUP}/Microsoft.ManagedIdentity/userAssignedIdentities/myIdentity`],
      ["vault", undefined, undefined],
      ["vault-vault", "vault", vault],
      ["vault-secret-app", "vault", `${vault}/secrets/my-secret`],
    ]);
  });

  it("adopts the application of system d as that of system a", () => {
    deepStrictEqual(identities("d"), identities("a"));
  });

  it("deletes the assignment that the stack makes itself only once another keeps the old pods reading", () => {
    const role = "--role 'Key Vault Secrets User' --scope";
    const steps = migrated("c")
      .plan.split("\n")
      .filter((line) => line.includes("role assignment") || line.startsWith("pulumi up") || line.startsWith("# 6"))
      .map((line) => line.replaceAll(`${GROUP}/Microsoft.KeyVault`, ""));
    deepStrictEqual(steps.slice(0, 4), [
      `az role assignment create --assignee-object-id "$PRINCIPAL" --assignee-principal-type ServicePrincipal ${role} /vaults/kv-old/secrets/my-secret`,
      `az role assignment delete --assignee "$PRINCIPAL" ${role} /vaults/kv-old`,
      "pulumi up --stack dev",
      `az role assignment delete --assignee "$PRINCIPAL" ${role} /vaults/kv-old/secrets/my-secret`,
    ]);
  });

  for (const [before, commands] of [
    ['  "allowSharedKeyAccess": true,', 1],
    ['  "allowSharedKeyAccess": null,', 1],
    ['  "allowSharedKeyAccess": false,', 0],
  ] as const) {
    it(`${commands === 1 ? "turns shared keys on again" : "leaves shared keys off"} where they were${before.replace(/.*:|,/g, "")}`, () => {
      const command = migrated("b")
        .plan.split("\n")
        .find((line) => line.includes("--allow-shared-key-access"));
      writeFileSync(join(folder, "before-account.json"), `{\n${before}\n  "kind": "StorageV2"\n}\n`);
      const { stdout } = spawnSync("sh", ["-c", `az() { echo "$@"; }\n${command}`], { cwd: folder, encoding: "utf8" });
      const expected = "storage account update --resource-group rg-old --name streader --allow-shared-key-access true\n".repeat(
        commands,
      );
      equal(stdout, expected);
    });
  }

  it("names the old pods' namespace and ServiceAccount where they are others than the instructions had", () => {
    const { plan } = migrated("b", "--old-namespace", "shop", "--old-service-account", "till");
    ok(plan.includes("kubectl delete --namespace shop deployment/get-storage serviceaccount/till"));
    ok(plan.includes("[?subject=='system:serviceaccount:shop:till'].name"));
  });

  it("quotes a resource group for the shell, and keeps the cluster's apart", () => {
    const { plan, document } = migrated("c", "--resource-group", "rg(old)", "--cluster-resource-group", "rg-aks");
    ok(plan.includes("pulumi config set --stack dev existingResourceGroup 'rg(old)'"));
    ok(plan.includes("az aks update --resource-group rg-aks --name aks-old "));
    ok(!/--scope \/\S*\(/.test(plan));
    match(document.resources[1].id, /\/resourceGroups\/rg\(old\)\/providers\//);
  });

  for (const name of ["My App", "Kasse's $(id) `id`", '"$(id)"', "-app", "App #2"]) {
    it(`hands the display name ${name} to a shell as one word`, () => {
      const { plan } = migrated("d", `--identity=${name}`);
      const line = plan.split("\n").find((text) => text.includes("names.identity")) ?? "";
      const script = `pulumi() { printf '%s\\n' "$@"; }\n${line}\n`;
      const words = spawnSync("sh", ["-c", script], { encoding: "utf8" }).stdout.trimEnd().split("\n");
      deepStrictEqual(
        words.filter((text) => text !== "--"),
        ["config", "set", "--stack", "dev", "--path", "names.identity", name],
      );
      equal(words.includes("--"), name.startsWith("-"));
    });
  }

  for (const key of SYSTEM_KEYS) {
    it(`writes down how system ${key} is, and protects, before it takes anything over`, () => {
      const { plan } = migrated(key);
      const places = [
        "> before-",
        "Do not adopt it ",
        "az aks update",
        "config set --stack dev protect true",
        "pulumi import ",
        "Stop if it shows any replacement or deletion",
        "pulumi up ",
        "# 6. ",
        "state unprotect --all",
        "state protect --yes",
        "# What stays changed,",
      ].map((text) => plan.search(new RegExp(`^(?!# Write).*${text.replace(".", "\\.")}`, "m")));
      deepStrictEqual(
        places,
        [...places].sort((left, right) => left - right),
      );
      ok(!places.includes(-1), places.join());
    });

    it(`prints commands of system ${key} that a shell can read`, () => {
      const { status, stderr } = spawnSync("sh", ["-n"], { input: migrated(key).plan, encoding: "utf8" });
      deepStrictEqual([status, stderr], [0, ""]);
    });

    it(`gives system ${key} a way back that deletes nothing of what was adopted`, () => {
      const { plan, document } = migrated(key, "--stack", "moved");
      const back = plan.slice(plan.indexOf("# 6."));
      for (const { name, component } of document.resources) equal(back.includes(`::${name}'`), component !== true, name);
      const commands = [
        "pulumi state protect",
        "pulumi destroy --exclude-protected",
        "pulumi stack rm --force --preserve-config moved",
      ];
      const places = commands.map((command) => back.indexOf(command));
      deepStrictEqual(
        places,
        [...places].sort((left, right) => left - right),
      );
      doesNotMatch(back, /az .* delete/);
    });
  }

  const whole = ["--subscription", "22222222-2222-4222-8222-222222222222", "--resource-group", "rg", "--cluster", "aks"];
  const NAMED =
    "a (the Terraform sample with the Node page), b (the reader of a storage account), c (the lab with a secret in a vault), d (the application with the Azure CLI in a pod)";
  for (const [given, message, fix] of [
    [[], "--system is missing", `name one: ${NAMED}`],
    [["--system", "e"], 'there is no system "e"', `name one: ${NAMED}`],
    [["--sistem", "a"], "Unknown option '--sistem'", "see npm run migrate -- --help"],
    [["--system", "a", "--out", ""], '--out takes a file, got ""', "see npm run migrate -- --help"],
    [
      ["--system", "b", "--cluster", "my aks", "--vault", "kv"],
      "what is said about system b has 7 mistakes:\n" +
        "  --subscription: is missing, must be a GUID\n" +
        "  --resource-group: is missing, must be 1 to 90 letters, digits, ._()- and not end in a dot\n" +
        '  --cluster: must be 1 to 63 letters, digits, - and _, a letter or digit at both ends, got "my aks"\n' +
        "  --identity: is missing, must be 3 to 128 letters, digits, - and _, a letter or digit first\n" +
        "  --vault: is no part of system b\n" +
        "  --storage-account: is missing, must be 3 to 24 lower-case letters and digits\n" +
        "  --container: is missing, must be 3 to 63 lower-case letters, digits and single -, a letter or digit at both ends",
      "see npm run migrate -- --help",
    ],
    [
      ["--system", "c", ...whole, "--identity", "myIdentity", "--vault", "kv-old", "--namespace", "default"],
      "what is said about system c has one mistake:\n" +
        '  --namespace: must be 1 to 63 lower-case letters, digits and -, a letter or digit at both ends, and none that Kubernetes brings itself, got "default"',
      "see npm run migrate -- --help",
    ],
    [
      ["--system", "c", ...whole, "--identity", "myIdentity", "--vault", "kv-old", "--old-namespace", "web"],
      "what is said about system c has one mistake:\n" +
        '  --namespace: must be another one than --old-namespace, because the stack creates it, got "web"',
      "see npm run migrate -- --help",
    ],
    [
      ["--system", "d", ...whole, "--identity", " ", "--application-id", "fed-app", "--service-principal-id", "1"],
      "what is said about system d has 3 mistakes:\n" +
        '  --identity: must be 1 to 256 characters, none of them a control character and not only blanks, got " "\n' +
        '  --application-id: must be a GUID, got "fed-app"\n' +
        '  --service-principal-id: must be a GUID, got "1"',
      "see npm run migrate -- --help",
    ],
  ] as const) {
    it(`refuses ${given.join(" ") || "no arguments"} with all that is wrong`, () => {
      throws(() => migrateArguments(given), { name: "UsageError", message, fix });
    });
  }
});
