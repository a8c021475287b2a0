// What the default workload reads besides its secret, who else acts as its identity, and what a stack finds instead of making it.
import { strict as assert } from "node:assert";
import { parseStackConfig } from "../../config";
import { CONFIG_URL, mistakes, raw } from "./rawConfig";

const ISSUER_URL = "https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations";
const NAMES_URL = "https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules";
const GITHUB_URL = "https://docs.github.com/actions/reference/security/oidc";
const json = (value: unknown) => JSON.stringify(value);
const parsed = (changes: Parameters<typeof raw>[0]) => parseStackConfig(raw(changes));
const federated = (entry: object) => parsed({ federations: json({ ci: entry }) }).identities[0]?.federations.ci;
const REPOSITORY = "octo-org/octo-repo";
const GITHUB = "https://token.actions.githubusercontent.com";

describe("Storage", () => {
  it("is off, and with it every route to blobs", () => assert.equal(parsed({}).storage, undefined));

  for (const [access, publicRoute, route] of [
    ["internal", false, true],
    ["none", false, false],
    ["public", false, false],
    ["public", true, true],
    ["none", true, true],
  ] as const) {
    it(`${route ? "lets" : "does not let"} whoever reaches a page with access ${access} read blobs${publicRoute ? ", because it says so" : ""}`, () => {
      const storage = json({ enabled: true, publicRoute });
      assert.equal(parsed({ storage, serviceAccess: access }).storage?.route, route);
    });
  }

  it("gives the role that reads, and only when asked the one that writes", () => {
    assert.deepEqual(parsed({ storage: json({ enabled: true }) }).storage, {
      containerName: "data",
      role: "storageBlobDataReader",
      route: false,
    });
    assert.equal(
      parsed({ storage: json({ enabled: true, access: "contributor", container: "files" }) }).storage?.role,
      "storageBlobDataContributor",
    );
  });
});

describe("Names of a user's own", () => {
  it("leave room for the cluster's generation", () => {
    const fitting = json({ cluster: "a".repeat(52) });
    assert.equal(parsed({ names: fitting, clusterGeneration: "2" }).cluster.generation, 2);
    assert.deepEqual(mistakes({ names: fitting, clusterGeneration: "10" }), [
      `names.cluster: must be, with clusterGeneration 10, 1 to 54 letters, digits and -, a letter or digit at both ends, got "${"a".repeat(52)}-10". See ${NAMES_URL}#microsoftcontainerservice`,
    ]);
    assert.deepEqual(mistakes({ clusterGeneration: "0" }), [
      `clusterGeneration: must be a whole number from 1 to 999 (generation), got 0. See ${NAMES_URL}#microsoftcontainerservice`,
    ]);
  });

  it("take the place of the generated ones, of the default workload's identity only", () => {
    const own = {
      resourceGroup: "rg-x",
      cluster: "aks-x",
      vault: "kv-x",
      registry: "crx00",
      storageAccount: "stx",
      identity: "id-x",
    };
    const { names, identities } = parsed({ names: json(own), workloads: json({ orders: {} }) });
    assert.deepEqual(
      [names.resourceGroup, names.cluster, names.vault.exact, names.registry.exact, names.storageAccount.exact],
      ["rg-x", "aks-x", "kv-x", "crx00", "stx"],
    );
    assert.deepEqual(
      identities.map(({ identityName }) => identityName),
      ["id-x", "id-aks-workload-identity-dev-orders"],
    );
  });

  it("let an application have a display name that a managed identity could not have", () => {
    const { identities } = parsed({ identityKind: "application", names: json({ identity: "My App (till)" }) });
    assert.deepEqual(identities[0]?.identityName, "My App (till)");
  });
});

describe("Federations", () => {
  for (const [runs, end] of [
    [{ environment: "prod" }, "environment:prod"],
    [{ branch: "main" }, "ref:refs/heads/main"],
    [{ tag: "v1" }, "ref:refs/tags/v1"],
    [{ pullRequest: true }, "pull_request"],
  ] as const) {
    it(`trust ${end} of a repository, with numeric ids or without`, () => {
      assert.deepEqual(federated({ repository: REPOSITORY, ...runs }), { issuer: GITHUB, subject: `repo:${REPOSITORY}:${end}` });
      assert.deepEqual(federated({ repository: REPOSITORY, ownerId: 1, repositoryId: 2, ...runs }), {
        issuer: GITHUB,
        subject: `repo:octo-org@1/octo-repo@2:${end}`,
      });
    });
  }

  it("trust any other issuer as it is given", () => {
    const entry = { issuer: "https://gitlab.example", subject: "project_path:a/b:ref_type:branch:ref:main", audience: "api://x" };
    assert.deepEqual(federated(entry), entry);
  });
});

describe("A mistake in what a stack reads or finds", () => {
  const cases: [string, Parameters<typeof mistakes>[0], string[]][] = [
    [
      "both kinds of identity at once",
      { identityKind: "managed, application" },
      [`identityKind: must be one of managed, application, got "managed, application". See ${CONFIG_URL}`],
    ],
    [
      "a route to blobs without a storage account",
      { storage: json({ publicRoute: true }) },
      [
        "storage.publicRoute: has no effect while storage.enabled is false, got true. See https://learn.microsoft.com/azure/storage/blobs/assign-azure-role-data-access",
      ],
    ],
    [
      "a container's name that Azure refuses",
      { storage: json({ enabled: true, container: "My Files" }) },
      [
        `storage.container: must be 3 to 63 lower-case letters, digits and single -, a letter or digit at both ends, got "My Files". See https://learn.microsoft.com/rest/api/storageservices/naming-and-referencing-containers--blobs--and-metadata`,
      ],
    ],
    [
      "a field of storage that is not known",
      { storage: json({ enable: true }) },
      [`storage.enable: is not known; the nearest is enabled. See ${CONFIG_URL}`],
    ],
    [
      "a second role without the list that shows it",
      { demoReaderRole: "true" },
      [
        "demoReaderRole: has nothing to show while roleList is false: it is a second role for that list, got true. See https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest",
      ],
    ],
    [
      "a second role outside of the group whose list is to show it",
      {
        roleList: "true",
        demoReaderRole: "true",
        existingResourceGroup: "rg-here",
        existingCluster: json({ resourceGroupName: "rg-there", name: "aks" }),
      },
      [
        "demoReaderRole: has nothing to show beside a cluster of another resource group: the list is that of the stack's own group, got true. See https://learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest",
      ],
    ],
    [
      "an existing cluster that is named by half",
      { existingCluster: json({ name: "aks" }) },
      [`existingCluster.resourceGroupName: must be set too: a cluster is found by both. See ${NAMES_URL}`],
    ],
    [
      "names for what has its name already",
      {
        existingCluster: json({ name: "aks", resourceGroupName: "rg" }),
        existingResourceGroup: "rg",
        names: json({ cluster: "other", resourceGroup: "other" }),
      },
      [
        `names.cluster: has no effect beside existingCluster: the cluster has its name already. See ${NAMES_URL}`,
        `names.resourceGroup: has no effect beside existingResourceGroup: the group has its name already. See ${NAMES_URL}`,
      ],
    ],
    [
      "a name that only an application takes, for a managed identity",
      { names: json({ identity: "My App" }) },
      [`names.identity: must be 3 to 128 letters, digits, - and _, a letter or digit first, got "My App". See ${NAMES_URL}`],
    ],
    [
      "a name that no application takes",
      { identityKind: "application", names: json({ identity: "a\nb" }) },
      [
        'names.identity: must be 1 to 256 characters, none of them a control character and not only blanks, got "a\\nb". See https://learn.microsoft.com/graph/api/resources/application',
      ],
    ],
    [
      "a toolbox beside a workload of that name",
      { toolbox: "true", workloads: json({ toolbox: {} }) },
      [
        "workloads.toolbox: must be under another key while toolbox is true. See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names",
      ],
    ],
    [
      "a toolbox whose image may change under its name",
      { toolboxImage: "mcr.microsoft.com/azure-cli:latest" },
      [
        'toolboxImage: must be an image by its full version or its digest, such as registry/repository:1.2.3, got "mcr.microsoft.com/azure-cli:latest". See https://learn.microsoft.com/azure/container-registry/container-registry-image-tag-version',
      ],
    ],
    [
      "a repository without a kind of run",
      { federations: json({ ci: { repository: REPOSITORY } }) },
      [
        `federations.ci: must be repository with exactly one of environment, branch, tag and pullRequest, and neither issuer nor subject nor audience, got {"repository":"octo-org/octo-repo"}. See ${ISSUER_URL}`,
      ],
    ],
    [
      "a repository with one of its two ids",
      { federations: json({ ci: { repository: REPOSITORY, branch: "main", ownerId: 1 } }) },
      [
        `federations.ci: must be either with both ownerId and repositoryId or with neither, got {"repository":"octo-org/octo-repo","ownerId":1,"branch":"main"}. See ${ISSUER_URL}`,
      ],
    ],
    [
      "a repository without its owner",
      { federations: json({ ci: { repository: "octo-repo", branch: "main" } }) },
      [`federations.ci.repository: must be owner/repository, as GitHub spells them, got "octo-repo". See ${GITHUB_URL}`],
    ],
    [
      "an issuer without a subject",
      { federations: json({ ci: { issuer: "https://ci.example" } }) },
      [
        `federations.ci: must be issuer and subject (and audience if it is another), or repository with one of environment, branch, tag and pullRequest, got {"issuer":"https://ci.example"}. See ${ISSUER_URL}`,
      ],
    ],
    [
      "a federation under the key of a ServiceAccount",
      { federations: json({ cluster: { issuer: "https://ci.example", subject: "job" } }) },
      [
        `federations.cluster: must be under another key: this one stands for a ServiceAccount of the same identity. See ${ISSUER_URL}`,
      ],
    ],
    [
      "the same trust twice, in two spellings",
      {
        federations: json({
          actions: { repository: REPOSITORY, branch: "main" },
          other: { issuer: GITHUB, subject: `repo:${REPOSITORY}:ref:refs/heads/main` },
        }),
      },
      [
        `federations.other: must be as WI084 says (an identity has one federated credential for an issuer and a subject): federations.actions is the same, got ["${GITHUB}","repo:${REPOSITORY}:ref:refs/heads/main"]. See https://github.com/Azure/bicep-types-az/issues/2029`,
      ],
    ],
    [
      "more trusts than an identity takes",
      {
        federations: json(
          Object.fromEntries(
            Array.from({ length: 19 }, (_, index) => [`ci-${index}`, { issuer: "https://ci.example", subject: `${index}` }]),
          ),
        ),
        workloads: json({ orders: { identity: "web" } }),
      },
      [
        `federations: must be as WI083 says (an identity has at most 20 federated credentials), together with the ServiceAccounts that act as the identity of web, got 21. See https://github.com/Azure/azure-workload-identity/issues/373`,
      ],
    ],
  ];
  for (const [what, changes, expected] of cases) {
    it(`is said: ${what}`, () => assert.deepEqual(mistakes(changes), expected));
  }
});
