import { strict as assert } from "node:assert";
import { z } from "zod";
import { USE_LABEL } from "../../chain";
import { Toolbox, type ToolboxArgs, WorkloadIdentity } from "../../components";
import { SIGN_IN } from "../../components/toolbox";
import { run } from "../support/program";
import { assertRefused, childrenOf, ISSUER, kubernetes, resourceGroup, shortUrn } from "./fixtures";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
const IMAGE = "mcr.microsoft.com/azure-cli:2.91.0";

const podShape = z.looseObject({
  metadata: z.looseObject({ labels: z.record(z.string(), z.string()) }),
  spec: z.looseObject({
    serviceAccountName: z.string(),
    automountServiceAccountToken: z.boolean(),
    securityContext: z.unknown(),
    containers: z.tuple([
      z.looseObject({
        name: z.string(),
        image: z.string(),
        command: z.array(z.string()),
        env: z.array(z.object({ name: z.string(), value: z.string() })),
        securityContext: z.unknown(),
        readinessProbe: z.unknown(),
      }),
    ]),
  }),
});

function make(overrides: Partial<ToolboxArgs> = {}) {
  const { provider, namespace } = kubernetes();
  const identity = new WorkloadIdentity(
    "shop",
    {
      resourceGroupName: resourceGroup().name,
      identityName: "id-shop",
      issuerUrl: ISSUER,
      namespace,
      serviceAccount: { name: "shop" },
      roles: {},
    },
    { provider },
  );
  return new Toolbox("toolbox", { identity, image: IMAGE, ...overrides }, { provider, deletedWith: provider });
}

const create = (preview = false) => run(() => void make(), { preview });

async function pod() {
  const spec = z.looseObject({ template: podShape }).parse(Object((await create()).find(DEPLOYMENT).inputs).spec);
  return spec.template;
}

describe("Toolbox", () => {
  const children = [`${DEPLOYMENT} toolbox-deployment`, `${POLICY} toolbox-network-policy`];

  it("creates a Deployment and a NetworkPolicy, and no Service, in preview as well", async () => {
    for (const preview of [false, true])
      assert.deepEqual(childrenOf(await create(preview), "aks-workload-identity:index:Toolbox toolbox"), children);
  });

  it("is the identity's ServiceAccount, labelled for the webhook, in its namespace", async () => {
    const result = await create();
    assert.equal(Object(result.find(DEPLOYMENT).inputs.metadata).namespace, "shop");
    const { metadata, spec } = await pod();
    assert.deepEqual([metadata.labels[USE_LABEL], spec.serviceAccountName], ["true", "shop"]);
  });

  it("signs in with the token from its file, which stands in no command line, and again before it expires", async () => {
    const [{ command }] = (await pod()).spec.containers;
    assert.deepEqual(command.slice(0, 2), ["/bin/sh", "-c"]);
    assert.ok(command[2]?.includes(SIGN_IN));
    assert.match(SIGN_IN, /--federated-token "@\$AZURE_FEDERATED_TOKEN_FILE"/);
    assert.doesNotMatch(SIGN_IN, /cat /);
    // Within the last fifth of an hour, in which the next token lies ready and the one that the CLI keeps still lives.
    assert.ok(Number(/pause=(\d+); else/.exec(command[2] ?? "")?.[1]) < 0.2 * 3600);
  });

  it("is hardened as every pod is, and writes to /tmp alone", async () => {
    const { spec } = await pod();
    const [container] = spec.containers;
    assert.deepEqual(spec.securityContext, {
      runAsNonRoot: true,
      runAsUser: 65532,
      runAsGroup: 65532,
      fsGroup: 65532,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.deepEqual(container.securityContext, {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    });
    assert.equal(spec.automountServiceAccountToken, false);
    assert.deepEqual(
      container.env.filter(({ value }) => value.startsWith("/")),
      [
        { name: "HOME", value: "/tmp" },
        { name: "AZURE_CONFIG_DIR", value: "/tmp/.azure" },
      ],
    );
  });

  it("lets nothing in", async () => {
    assert.deepEqual(Object(Object((await create()).find(POLICY).inputs).spec).ingress, []);
  });

  it("starts once the identity with all that belongs to it is there, and goes with the cluster", async () => {
    const result = await create();
    const all = result.find(DEPLOYMENT).dependencies.map(shortUrn);
    for (const first of [
      "FederatedIdentityCredential shop-federation-cluster",
      "ServiceAccount shop-service-account",
      "NetworkPolicy toolbox-network-policy",
    ])
      assert.ok(
        all.some((line) => line.endsWith(first)),
        first,
      );
    const own = result.resources.filter(({ type, name }) => name.startsWith("toolbox-") && type.startsWith("kubernetes:"));
    assert.ok(own.length === 2 && own.every(({ deletedWith }) => deletedWith !== undefined));
  });

  for (const image of ["mcr.microsoft.com/azure-cli", "mcr.microsoft.com/azure-cli:latest", "mcr.microsoft.com/azure-cli:2.91"]) {
    it(`refuses ${image}, which may be another image tomorrow`, () =>
      assertRefused(
        "Toolbox",
        () => make({ image }),
        `Toolbox "toolbox": image must be an image by its full version or its digest, such as registry/repository:1.2.3, got "${image}". ` +
          "See https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version",
      ));
  }

  it("takes a digest", async () => {
    const image = `mcr.microsoft.com/azure-cli@sha256:${"0".repeat(64)}`;
    const result = await run(() => void make({ image }));
    assert.ok(JSON.stringify(result.find(DEPLOYMENT).inputs).includes(image));
  });
});
