import { strict as assert } from "node:assert";
import { parseStackConfig } from "../../config";
import { CONFIG_URL, type MistakeCase, mistakes, PROJECT, raw } from "./rawConfig";

const PROVIDER = "https://www.pulumi.com/registry/packages/azure-native/installation-configuration/";
const TAGS = "https://learn.microsoft.com/azure/azure-resource-manager/management/tag-resources";

const single: readonly MistakeCase[] = [
  ["neither true nor false", { production: "yes" }, `production: must be true or false, got "yes". See ${CONFIG_URL}`],
  ["a list where a map belongs", { tags: "[]" }, `tags: must be a map, got []. See ${CONFIG_URL}`],
  [
    "a secret in clear, without showing it",
    { secretValue: "hush" },
    "secretValue: is not encrypted: set it with pulumi config set --secret secretValue. See https://www.pulumi.com/docs/iac/concepts/secrets/",
  ],
  [
    "a tag that differs from a built-in one by case",
    { tags: '{"Project":"x"}' },
    `tags.Project: must be written project: names of tags differ by more than case. See ${TAGS}`,
  ],
  [
    "51 tags with project and stack",
    { tags: JSON.stringify(Object.fromEntries(Array.from({ length: 49 }, (_, index) => [`t${index}`, ""]))) },
    `tags: must be few enough for 50 together with project and stack, got 51. See ${TAGS}`,
  ],
  [
    "a tag's name that is too long",
    { tags: JSON.stringify({ ["n".repeat(513)]: "" }) },
    `tags.${"n".repeat(513)}: must be under a key of 1 to 512 characters without <, >, %, &, \\, ? and /, got "${"n".repeat(513)}". See ${TAGS}`,
  ],
  [
    "a tag's value that is too long",
    { tags: JSON.stringify({ team: "v".repeat(257) }) },
    `tags.team: must be at most 256 characters, got "${"v".repeat(257)}". See ${TAGS}`,
  ],
  [
    "a subscription that is no GUID",
    { "azure-native:subscriptionId": "my-subscription" },
    'azure-native:subscriptionId: must be the GUID of a subscription, got "my-subscription". See https://learn.microsoft.com/azure/azure-portal/get-subscription-tenant-id',
  ],
  [
    "a location that is none",
    { "azure-native:location": "west/europe" },
    'azure-native:location: must be an Azure region, got "west/europe". See https://learn.microsoft.com/azure/reliability/regions-list',
  ],
  [
    "a key that the Azure provider would ignore",
    { "azure-native:locatoin": "westeurope" },
    `azure-native:locatoin: is not a key of the Azure provider; the nearest is azure-native:location. See ${PROVIDER}`,
  ],
  [
    "the Azure provider's key among those of the project",
    { locaton: "westeurope" },
    `locaton: is not a key of this project; the nearest is azure-native:location. See ${CONFIG_URL}`,
  ],
  ["a key that is like none", { colour: "red" }, `colour: is not a key of this project. See ${CONFIG_URL}`],
  [
    "a key without its default",
    { replicas: undefined },
    `replicas: has neither a value nor its default from Pulumi.yaml: run Pulumi in the folder of the project. See ${CONFIG_URL}`,
  ],
];

describe("A mistake in the config", () => {
  it("is said together with all others, in one message", () => {
    assert.deepEqual(
      mistakes({
        replica: "2",
        replicas: "many",
        serviceAccount: "Web",
        "azure-native:location": undefined,
        systemPoolMinCount: "3",
        workloads: '{"orders":{"prt":1,"port":80}}',
      }),
      [
        `replica: is not a key of this project; the nearest is replicas. See ${CONFIG_URL}`,
        "azure-native:location: is not set. Run: pulumi config set azure-native:location westeurope --stack dev. See https://learn.microsoft.com/azure/reliability/regions-list",
        'serviceAccount: must be 1 to 253 lower-case letters, digits, - and ., a letter or digit at both ends, got "Web". See https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names',
        'replicas: must be a whole number from 1 to 1000 (pods), got "many". See https://kubernetes.io/docs/concepts/workloads/pods/',
        "workloads.orders.port: must be a whole number from 1024 to 65535 (TCP port), got 80. See https://kubernetes.io/docs/concepts/workloads/pods/",
        `workloads.orders.prt: is not known; the nearest is port. See ${CONFIG_URL}`,
        "systemPoolMaxCount: must be at least the minimum, 3, got 2. See https://learn.microsoft.com/azure/aks/use-system-pools",
      ],
    );
  });

  for (const [what, changes, message, stack] of single)
    it(`names key, rule, value and page: ${what}`, () => assert.deepEqual(mistakes(changes, stack), [message]));

  it("never shows a value that is encrypted", () => {
    const encrypted = { ...raw({ namespace: "Not-To-Be-Seen" }), secretKeys: [`${PROJECT}:namespace`] };
    assert.throws(
      () => parseStackConfig(encrypted),
      (error: Error) =>
        error.message.includes("namespace: must be") &&
        error.message.includes("got a secret") &&
        !error.message.includes("Not-To"),
    );
  });
});
