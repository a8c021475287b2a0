import { deepStrictEqual, rejects } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { entryOf } from "../../../chain";
import { explain } from "../../../diagnosis/explain/explain";
import { UsageError } from "../../../rehearsal/usageError";
import { ISSUER, OTHER_CLIENT, PRINCIPAL, STACK, WEB_CLIENT, WEB_IDENTITY } from "./stack";

const refusal = (number: string, claim: string, value: string) =>
  `AADSTS${number}: No matching federated identity record found for presented assertion ${claim} '${value}'. Check`;
const forbidden = (clientId: string, vault: string) =>
  `Code="ForbiddenByRbac" Caller: appid=${clientId};oid=${PRINCIPAL};iss=x Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action' Resource: '/subscriptions/s/resourceGroups/rg-web/providers/Microsoft.KeyVault/vaults/${vault}/secrets/demo'`;

/** The differing fields of the first error, each with what differs; and the first mistake. */
async function differences(text: string) {
  const { errors } = await explain({ text }, STACK);
  const [first] = errors;
  const fields = (first?.comparison?.fields ?? []).filter(({ difference }) => difference !== null);
  return {
    workload: first?.comparison?.workload,
    fields: fields.map(({ field, difference }) => `${field}: ${difference}`),
    first: first?.mistakes[0]?.id,
  };
}

describe("an error beside a stack's chain", () => {
  const cases: readonly (readonly [what: string, text: string, workload: string | undefined, fields: string[], first: string])[] =
    [
      [
        "an issuer that lost its slash",
        `${refusal("700211", "issuer", ISSUER.slice(0, -1))} ${WEB_CLIENT} appid=${WEB_CLIENT}`,
        "web",
        ["issuer: the federated credential's has a slash at its end, the token's has none"],
        "WI001",
      ],
      [
        "another namespace",
        refusal("700213", "subject", "system:serviceaccount:web:default"),
        "web",
        [`subject: another ServiceAccount ("default" instead of "web")`],
        "WI003",
      ],
      [
        "capitals",
        refusal("7002138", "subject", "system:serviceaccount:web:Web"),
        "web",
        ["subject: upper and lower case differ, and nothing else"],
        "WI004",
      ],
      ["what the stack says itself", refusal("700213", "subject", "system:serviceaccount:orders:orders"), "orders", [], "WI100"],
      [
        "the resource id as the client id",
        `AADSTS700016: Application with identifier '${WEB_IDENTITY}' was not found in the directory 'Contoso'.`,
        "web",
        ["client id: the identity's resource id, not its client id"],
        "WI011",
      ],
      [
        "another vault, and a role that is missing",
        forbidden(WEB_CLIENT, "kv-old"),
        "web",
        ["vault: another vault", "role: missing, at another scope, of another principal, or not in effect yet"],
        "WI022",
      ],
      ["an error that could be either workload's", "AADSTS70025: no credentials", undefined, [], "WI005"],
    ];
  for (const [what, text, workload, fields, first] of cases) {
    it(`shows what differs: ${what}`, async () => deepStrictEqual(await differences(text), { workload, fields, first }));
  }

  it("compares no pipeline's sign-in with a pod's, and has no command against the stack for it", async () => {
    const text = refusal("700213", "subject", "repo:org/app:ref:refs/heads/main");
    const { errors } = await explain({ text }, { ...STACK, chain: onlyWeb() });
    deepStrictEqual(
      errors.map(({ mistakes, comparison, commands }) => [mistakes.map(({ id }) => id), comparison, commands]),
      [[["WI113"], null, []]],
    );
  });

  it("shows a token of another identity for what it is", async () => {
    const { errors } = await explain({ text: forbidden(OTHER_CLIENT, "kv-web-1234") }, { ...STACK, chain: onlyWeb() });
    deepStrictEqual(
      errors[0]?.comparison?.fields.find(({ field }) => field === "client id"),
      {
        field: "client id",
        expected: WEB_CLIENT,
        found: OTHER_CLIENT,
        difference: "another identity: the node's, another workload's, or the principalId",
      },
    );
  });
});

function onlyWeb() {
  const { web } = STACK.chain;
  return web === undefined ? {} : { web };
}

describe("the commands beside a stack's chain", () => {
  const commandsOf = async (text: string) =>
    (await explain({ text }, STACK)).errors.flatMap(({ commands }) => commands.map(({ command }) => command));

  it("show and mend a federated credential, with the stack's own names", async () => {
    deepStrictEqual(await commandsOf(refusal("700213", "subject", "system:serviceaccount:web:default")), [
      "kubectl get pods --namespace web --field-selector spec.serviceAccountName=default",
      'az identity federated-credential list --identity-name id-web --resource-group rg-web --subscription 44444444-4444-4444-8444-444444444444 --query "[].{name:name, issuer:issuer, subject:subject, audiences:audiences}" --output json',
      "pulumi up --refresh --stack dev",
    ]);
  });

  it("assign the role to the identity that was refused, at its vault", async () => {
    const scope = "/subscriptions/s/resourceGroups/rg-web/providers/Microsoft.KeyVault/vaults/kv-web-1234";
    deepStrictEqual(await commandsOf(forbidden(WEB_CLIENT, "kv-web-1234")), [
      `az role assignment list --assignee ${WEB_CLIENT} --scope ${scope} --include-inherited --output table`,
      `az role assignment create --role "Key Vault Secrets User" --assignee-object-id ${PRINCIPAL} --assignee-principal-type ServicePrincipal --scope ${scope}`,
      "pulumi up --refresh --stack dev",
    ]);
  });

  it("never assign a role to another identity than the stack's", async () => {
    const [, create] = await commandsOf(`${forbidden(OTHER_CLIENT, "kv-web-1234")}\nAADSTS700213: subject`);
    deepStrictEqual(create?.includes(PRINCIPAL) ?? false, false);
  });

  it("look for the webhook where the API server did", async () => {
    const failed = (namespace: string) =>
      `failed calling webhook "mutation.azure-workload-identity.io": failed to call webhook: Post "https://azure-wi-webhook-webhook-service.${namespace}.svc:443/mutate-v1-pod?timeout=10s": EOF`;
    const namespaces = ["kube-system", "azure-workload-identity-system"];
    deepStrictEqual(
      await Promise.all(namespaces.map((namespace) => commandsOf(failed(namespace)))),
      namespaces.map((namespace) => [
        `kubectl get pods --namespace ${namespace} --selector azure-workload-identity.io/system=true`,
      ]),
    );
  });

  it("destroy nothing where a cluster cannot be reached", async () => {
    const { errors } = await explain({ text: "configured Kubernetes cluster is unreachable" }, { ...STACK, chain: onlyWeb() });
    deepStrictEqual(
      errors.flatMap(({ commands }) => commands.map(({ command }) => command)),
      ["PULUMI_K8S_DELETE_UNREACHABLE=true pulumi refresh --stack dev"],
    );
  });

  it("take nothing from a text that a shell would run", async () => {
    const commands = await commandsOf(refusal("700213", "subject", "system:serviceaccount:web:$(reboot)"));
    deepStrictEqual(
      commands.filter((command) => command.includes("reboot")),
      [],
    );
  });
});

const POD = {
  kind: "Pod",
  metadata: { name: "web-6c9d8f5b7c-abcde", namespace: "web", labels: { "azure.workload.identity/use": "true" } },
  spec: {
    serviceAccountName: "web",
    containers: [
      {
        name: "web",
        env: [
          { name: "AZURE_FEDERATED_TOKEN_FILE", value: "/x" },
          { name: "AZURE_CLIENT_ID", value: WEB_CLIENT },
        ],
      },
    ],
  },
};
const podWith = (metadata: object, spec: object = {}) => ({
  ...POD,
  metadata: { ...POD.metadata, ...metadata },
  spec: { ...POD.spec, ...spec },
});
const bare = { containers: [{ name: "web" }] };
const DESCRIBED = `Name:             web-6c9d8f5b7c-abcde
Namespace:        web
Service Account:  web
Labels:           app=web
                  azure.workload.identity/use=True
Containers:
  web:
    Environment:
      PORT:  8080
Events:
  Type     Reason  Age  From     Message
  Warning  Failed  2m   kubelet  Failed to pull image "reg.azurecr.io/web:1": 401 Unauthorized
  Warning  Failed  2m   kubelet  Error: ErrImagePull
`;

describe("inputs that are more than lines", () => {
  const cases: readonly (readonly [what: string, input: unknown, kind: string, errors: string[]])[] = [
    ["a pod that is right", POD, "pods", []],
    ["a pod without the label", podWith({ labels: {} }, bare), "pods", ["PodNotMutated WI006"]],
    ["a labelled pod without variables", podWith({}, bare), "pods", ["PodNotMutated WI193 WI007 WI015"]],
    [
      "a pod with the default ServiceAccount",
      podWith({}, { serviceAccountName: "default", containers: [{ env: [{ name: "AZURE_FEDERATED_TOKEN_FILE" }] }] }),
      "pods",
      ["ClientIdNotInjected WI017 WI010"],
    ],
    [
      "a list of pods, of which others have nothing to do with it",
      { kind: "PodList", items: [POD, podWith({ labels: {} }, bare)] },
      "pods",
      [],
    ],
    [
      "the application's status",
      {
        ok: false,
        identity: { clientId: WEB_CLIENT, tenantId: null },
        token: null,
        links: [{ name: "secret", ok: false, code: "SecretNotFound", expected: "demo", found: "nothing" }],
      },
      "the application's status",
      ["SecretNotFound WI026"],
    ],
    [
      "a rehearsal's report",
      {
        schemaVersion: 1,
        ok: false,
        findings: [
          {
            rule: "WI024",
            severity: "error",
            code: "AccessDenied",
            resource: "vault",
            property: "rbac",
            expected: "true",
            actual: "false",
          },
        ],
      },
      "a rehearsal's report",
      ["AccessDenied WI024"],
    ],
  ];
  for (const [what, input, kind, expected] of cases) {
    it(`are read by their fields: ${what}`, async () => {
      const found = await explain({ text: JSON.stringify(input, undefined, 2) }, undefined);
      const errors = found.errors.map(({ code, mistakes }) => [code, ...mistakes.map(({ id }) => id)].join(" "));
      deepStrictEqual([found.kind, errors, found.healthy], [kind, expected, expected.length === 0]);
    });
  }

  it("are events, whose messages YAML folds", async () => {
    const text = `apiVersion: v1\nkind: List\nitems:\n- kind: Event\n  involvedObject:\n    kind: Pod\n    name: web\n    namespace: web\n  message: 'Error creating: failed calling\n    webhook "mutation.azure-workload-identity.io": context deadline exceeded'\n`;
    deepStrictEqual(
      (await explain({ text }, undefined)).errors.map(({ code, presented }) => [code, presented]),
      [["WebhookUnavailable", { pod: "web/web" }]],
    );
  });

  it("are not called right where something waits for a reason that is not known", async () => {
    const status = { containerStatuses: [{ state: { waiting: { reason: "SomethingNew" } } }] };
    const { errors, healthy } = await explain({ text: JSON.stringify({ ...POD, status }) }, undefined);
    deepStrictEqual([errors, healthy], [[], false]);
  });

  it("are read from YAML", async () => {
    const text = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: web\n  namespace: web\nspec:\n  containers:\n  - name: web\n";
    deepStrictEqual(
      (await explain({ text }, undefined)).errors.map(({ code, presented }) => [code, presented.pod]),
      [["PodNotMutated", "web/web"]],
    );
  });

  it("are read from kubectl describe pod, with its events", async () => {
    const { kind, errors } = await explain({ text: DESCRIBED }, STACK);
    deepStrictEqual(
      [kind, ...errors.map(({ code, seen, commands }) => [code, seen, commands.length])],
      [
        "kubectl describe pod",
        ["PodNotMutated", `pod web/web-6c9d8f5b7c-abcde has the label azure.workload.identity/use with the value "True"`, 2],
        ["ImagePullUnauthorized", null, 1],
      ],
    );
  });

  for (const [what, text] of [
    ["malformed JSON", `{"kind": "Pod", AADSTS70025`],
    ["malformed YAML", "kind: Pod\nmetadata: {{ AADSTS70025"],
    ["JSON of another kind", `{"message": "AADSTS70025: none"}`],
  ] as const) {
    it(`are read as lines where they are none: ${what}`, async () => {
      deepStrictEqual(
        (await explain({ text }, undefined)).errors.map(({ code }) => code),
        ["AADSTS70025"],
      );
    });
  }
});

describe("an id of the catalogue", () => {
  for (const id of ["WI003", "WI061", "WI150"] as const)
    it(`is explained by its entry alone: ${id}`, async () => {
      const { errors } = await explain({ text: ` ${id}\n` }, undefined);
      deepStrictEqual(
        errors.map(({ code, mistakes }) => [code, mistakes]),
        [[entryOf(id).code, [entryOf(id)]]],
      );
    });

  it("that is none is not known", async () => deepStrictEqual((await explain({ text: "WI998" }, undefined)).errors, []));
});

describe("what is no text", () => {
  let folder = "";
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "explain-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const cases: readonly (readonly [what: string, bytes: Buffer, message: RegExp])[] = [
    ["binary data", Buffer.from("AADSTS700213\0\0"), /holds binary data, not text$/],
    ["another encoding than UTF-8", Buffer.from([0x63, 0xe9, 0x0a]), /is not text in UTF-8$/],
    ["a letter that is cut off", Buffer.from([0x63, 0xc3]), /is not text in UTF-8$/],
    ["nothing", Buffer.alloc(0), /is empty$/],
    ["blanks only", Buffer.from(" \n\n"), /is empty$/],
  ];
  for (const [what, bytes, message] of cases) {
    it(`is said in one message: ${what}`, async () => {
      const file = join(folder, "input");
      writeFileSync(file, bytes);
      await rejects(explain({ file }, undefined), (error) => error instanceof UsageError && message.test(error.message));
    });
  }

  it("is a directory, or a file that is not there", async () => {
    await rejects(explain({ file: folder }, undefined), { message: `${folder} is a directory, not a file` });
    await rejects(explain({ file: join(folder, "none") }, undefined), { message: `${join(folder, "none")} is not there` });
  });

  it("is not what Windows PowerShell writes: UTF-16 is read", async () => {
    const file = join(folder, "utf16");
    writeFileSync(file, Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from("AADSTS70025", "utf16le")]));
    deepStrictEqual(
      (await explain({ file }, undefined)).errors.map(({ code }) => code),
      ["AADSTS70025"],
    );
  });

  it("is not one long line: a code at any place of it is found once", async () => {
    const text = `${"x".repeat(64 * 1024 - 6)}AADSTS70025 ${"x".repeat(70_000)}`;
    deepStrictEqual(
      (await explain({ text }, undefined)).errors.map(({ code, lines, firstLine }) => [code, lines, firstLine]),
      [["AADSTS70025", 1, 1]],
    );
  });
});
