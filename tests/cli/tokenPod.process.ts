// npm run token --pod: the token that a rehearsal gave its pod, beside the chain that the same rehearsal exports.
import { deepStrictEqual, rejects } from "node:assert/strict";
import { compareToken } from "../../chain";
import { podToken } from "../../cli/tokenPod";
import { rehearseHere } from "../support/rehearsal";

/** What a rehearsal with this break has of the pod. */
async function tokenOf(pod: string, breakName?: string) {
  const rehearsal = await rehearseHere(breakName === undefined ? {} : { breakName });
  try {
    return await podToken(rehearsal, pod);
  } finally {
    await rehearsal.close();
  }
}

async function differences(breakName?: string) {
  const found = await tokenOf("web/web-0", breakName);
  if ("missing" in found) throw new Error(found.missing);
  const checks = compareToken(found.token, found.expected?.values ?? {}, Date.now());
  return { of: found.expected?.of, checks: checks.map(({ claim, difference }) => [claim, difference?.what, difference?.code]) };
}

describe("npm run token --pod", function () {
  this.timeout(30_000);

  it("finds nothing that differs in a pod whose chain works", async () => {
    deepStrictEqual(await differences(), {
      of: "workload web",
      checks: ["issuer", "subject", "audience", "validity"].map((claim) => [claim, undefined, undefined]),
    });
  });

  it("names what a break changes in the federated credential", async () => {
    const { checks } = await differences("issuer-without-slash");
    const what = "the token's has a slash at its end, the federated credential's has none";
    deepStrictEqual(checks[0], ["issuer", what, "AADSTS700211"]);
  });

  it("says why a pod that the webhook did not touch has no token", async () => {
    deepStrictEqual(await tokenOf("web/web-0", "webhook-off"), {
      missing:
        'web/web-0 has no token. The webhook did not touch this pod: none of its variables is there.\n  fix: Put the label azure.workload.identity/use: "true" on the pod template, check that workload identity is on in the cluster, and recreate the pod.',
      code: "PodNotMutated",
    });
  });

  it("lists the pods of the rehearsal where none has the name", async () => {
    await rejects(tokenOf("web/web-7"), {
      name: "UsageError",
      message: 'the rehearsal of stack dev has no pod "web/web-7"',
      fix: "name one of: web/web-0",
    });
  });
});
