// Who a container runs as: what a kubelet refuses, word for word.
import { strict as assert } from "node:assert";
import { type ImageUser, type UserDemand, userRefusal } from "../../../rehearsal/cluster/imageUser";

const NAMED = "container has runAsNonRoot and image has non-numeric user (node), cannot verify user is non-root";
const ROOT = "container has runAsNonRoot and image will run as root";
const BREAKS = "container's runAsUser breaks non-root policy";

const cases: readonly (readonly [UserDemand, ImageUser, string | undefined])[] = [
  [{ runAsNonRoot: true }, { user: "node" }, NAMED],
  [{ runAsNonRoot: true }, { user: "node:1000" }, NAMED],
  [{ runAsNonRoot: true }, { user: "0" }, ROOT],
  [{ runAsNonRoot: true }, { user: "0:65532" }, ROOT],
  [{ runAsNonRoot: true }, { user: undefined }, ROOT],
  [{ runAsNonRoot: true }, { user: "" }, ROOT],
  [{ runAsNonRoot: true }, { user: "65532" }, undefined],
  [{ runAsNonRoot: true }, { user: "65532:65532" }, undefined],
  [{ runAsNonRoot: true }, { user: undefined, base: "node:24.21.0" }, undefined],
  [{ runAsNonRoot: true, runAsUser: 0 }, { user: "65532" }, BREAKS],
  [{ runAsNonRoot: true, runAsUser: 65532 }, { user: "node" }, undefined],
  [{ runAsNonRoot: true, runAsUser: 65532 }, { user: undefined }, undefined],
  [{ runAsNonRoot: false }, { user: "0" }, undefined],
  [{ runAsUser: 0 }, { user: "node" }, undefined],
  [{}, { user: undefined }, undefined],
];

describe("the kubelet", () => {
  for (const [demand, image, refusal] of cases) {
    const what = `${JSON.stringify(image)} under ${JSON.stringify(demand)}`;
    it(`${refusal === undefined ? "starts" : "refuses"} ${what}`, () => assert.equal(userRefusal(demand, image), refusal));
  }
});
