// Somebody changes by hand what the stack has made: what a refresh shows, what an up mends after it, and what an up without it leaves as it is.
import { strict as assert } from "node:assert";
import type { EmulatedCloud } from "../../rehearsal/cloud/emulatedCloud";
import type { Properties } from "../../rehearsal/cloud/resourceManager";
import { FEDERATED_CREDENTIAL, ROLE_ASSIGNMENT } from "../../rehearsal/cloud/resourceTypes";
import type { EngineRun } from "../../rehearsal/engine/session";
import { failed, inconsistent } from "./expectations";
import { inLanes } from "./lanes";
import { changes, type TestStack, withTestStack } from "./testStack";

interface Drift {
  readonly change: (cloud: EmulatedCloud) => void | Promise<void>;
  readonly refresh: readonly string[];
  readonly up: readonly string[];
}

const SERVICE_ACCOUNT = "core/v1:ServiceAccount";
const DEPLOYMENT = "apps/v1:Deployment";

const DRIFTS: Readonly<Record<string, Drift>> = {
  "a role assignment is deleted": {
    change: ({ manager }) => void manager.delete(the(manager.list(ROLE_ASSIGNMENT), "web-role-vault").id),
    refresh: ["delete web-role-vault"],
    up: ["create web-role-vault"],
  },
  "a federated credential is deleted": {
    change: ({ manager }) => void manager.delete(the(manager.list(FEDERATED_CREDENTIAL), "web-federation-cluster").id),
    refresh: ["delete web-federation-cluster"],
    up: ["create web-federation-cluster"],
  },
  "the subject of a federated credential is edited": {
    change({ manager }) {
      const { id, given, declared } = the(manager.list(FEDERATED_CREDENTIAL), "web-federation-cluster");
      manager.put(id, { ...given, subject: "system:serviceaccount:web:wbe" }, declared);
    },
    refresh: ["update web-federation-cluster"],
    up: ["update web-federation-cluster"],
  },
  "the annotation of a ServiceAccount is removed": {
    change: (cloud) =>
      edit(cloud, SERVICE_ACCOUNT, ({ metadata, ...rest }) => ({ ...rest, metadata: { ...record(metadata), annotations: {} } })),
    refresh: ["update web-service-account"],
    up: ["update web-service-account"],
  },
  "a Deployment is scaled": {
    change: (cloud) => edit(cloud, DEPLOYMENT, ({ spec, ...rest }) => ({ ...rest, spec: { ...record(spec), replicas: 5 } })),
    refresh: ["update web-deployment"],
    up: ["update web-deployment"],
  },
};

describe("what was changed by hand", function () {
  this.timeout(1_200_000);

  const deployed = async (stack: TestStack) => {
    assert.deepEqual(failed(await stack.up(), "up"), []);
  };

  it("is shown by a refresh, mended by the up after it, and not seen by an up alone", async () => {
    const wrong = await inLanes(
      {},
      deployed,
      Object.entries(DRIFTS),
      ([what]) => what,
      async (stack, [, { change, refresh, up }]) => {
        await change(stack.cloud);
        return [
          ...unlike("an up alone", await stack.up(), []),
          ...unlike("the refresh", await stack.refresh(), refresh),
          ...unlike("the up after it", await stack.up(), up),
          ...(await inconsistent(stack, "afterwards")),
          ...unlike("a preview afterwards", await stack.preview(), []),
        ];
      },
    );
    assert.deepEqual(wrong, []);
  });

  it("is nothing where the cluster's signing keys were rotated", () =>
    withTestStack({}, async (stack) => {
      await deployed(stack);
      const { issuerUrl } = await stack.outputs();
      await stack.world.issuer(String(issuerUrl)).rotate();
      assert.deepEqual(unlike("refresh", await stack.refresh(), []), []);
      assert.deepEqual(unlike("up", await stack.up(), []), []);
    }));
});

function unlike(what: string, run: EngineRun, expected: readonly string[]): string[] {
  const found = changes(run);
  const alike = run.code === 0 && JSON.stringify(found) === JSON.stringify(expected);
  return alike ? [] : [`${what} ended with ${run.code} and ${JSON.stringify(found)}`];
}

function the<T extends { readonly declared: string }>(all: readonly T[], name: string): T {
  const found = all.find(({ declared }) => declared.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`the cloud has no ${name}`);
  return found;
}

function edit(cloud: EmulatedCloud, kind: string, change: (inputs: Properties) => Properties): void {
  for (const api of cloud.apis())
    for (const { name, namespace, inputs, declared } of api.list(kind))
      if (name === "web") api.update(kind, `${namespace}/${name}`, change(inputs), declared);
}

function record(value: unknown): Properties {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
