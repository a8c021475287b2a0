// Variables that are taken from ConfigMaps and Secrets, and keys that these do not have.
import { deepStrictEqual } from "node:assert";
import { KubernetesApi } from "../../../rehearsal/cloud/fronts/kubernetes";
import { resolveVariables } from "../../../rehearsal/cluster/variables";
import { missingKeys } from "../../../rehearsal/imageFindings";

const CONFIG_MAP = "core/v1:ConfigMap";
const SECRET = "core/v1:Secret";

function from(kind: string, inputs: object, reference: object) {
  const api = new KubernetesApi();
  api.register(kind, "settings", { metadata: { name: "settings" }, ...inputs }, `kubernetes:${kind}::settings`);
  const source = kind === SECRET ? "secretKeyRef" : "configMapKeyRef";
  const own = [
    { name: "SECRET_NAME", valueFrom: { [source]: { name: "settings", key: "secretName", optional: false, ...reference } } },
  ];
  return resolveVariables(own, [], "default", api);
}

describe("a variable from a ConfigMap or a Secret", () => {
  it("has the value of its key", () => {
    const data = { data: { secretName: "greeting" } };
    deepStrictEqual(from(CONFIG_MAP, data, {}), [{ name: "SECRET_NAME", value: "greeting", field: undefined }]);
  });

  it("keeps its container from being made where the object has no such key: WI038", () => {
    const env = from(CONFIG_MAP, { data: { secret_name: "greeting", log: "info" } }, {});
    const missing = { key: "secretName", of: "ConfigMap settings", keys: ["secret_name", "log"] };
    deepStrictEqual(env, [{ name: "SECRET_NAME", value: undefined, field: undefined, missing }]);
    const [found] = missingKeys({ declared: "d" }, { env }, "spec");
    deepStrictEqual(
      [found?.rule, found?.severity, found?.code, found?.resource, found?.property, found?.expected, found?.actual],
      [
        "WI038",
        "error",
        "CreateContainerConfigError",
        "d",
        'spec.env["SECRET_NAME"]',
        "secret_name or log, of ConfigMap settings",
        "secretName",
      ],
    );
    deepStrictEqual(from(SECRET, { stringData: { name: "x" } }, {})[0]?.missing?.of, "Secret settings");
  });

  it("may be missing where it is optional, and where somebody else makes or fills the object", () => {
    const other = { data: { secret_name: "greeting" } };
    const none = [undefined, undefined, undefined, undefined];
    deepStrictEqual(
      [
        from(CONFIG_MAP, other, { optional: true }),
        from(CONFIG_MAP, other, { name: "another" }),
        from(CONFIG_MAP, {}, {}),
        from(SECRET, { type: "kubernetes.io/service-account-token", data: { extra: "" } }, {}),
      ].map(([variable]) => variable?.missing),
      none,
    );
  });
});
