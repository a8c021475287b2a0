// What an image starts here, and what of the image its process sees.
import { strict as assert } from "node:assert";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, posix } from "node:path";
import { z } from "zod";
import { KubernetesApi } from "../../../rehearsal/cloud/fronts/kubernetes";
import { type ImageConfig, type Runnable, runnableImage } from "../../../rehearsal/cluster/imageCommand";
import { startContainer } from "../../../rehearsal/cluster/kubelet";
import { podTemplate } from "../../../rehearsal/cluster/podTemplate";
import { startNetwork } from "../../../rehearsal/network/network";

describe("the command of an image", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "image-"));
    mkdirSync(join(folder, "app"));
    writeFileSync(join(folder, "app", "server.js"), "");
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const config = (words: readonly string[], more: Partial<ImageConfig> = {}): ImageConfig => ({
    words,
    written: "the command",
    line: 3,
    environment: new Map([["MAIN", "/app/server.js"]]),
    workdir: "/app",
    notPerformed: [],
    find: async (path) => join(folder, posix.resolve("/app", path)),
    ...more,
  });

  it("is Node's of this machine, with the image's paths where they lie here", async () => {
    assert.deepEqual(await runnableImage(config(["/usr/bin/node", "--flag", "/app/server.js", "/none"])), {
      file: process.execPath,
      args: ["--flag", join(folder, "app/server.js"), "/none"],
      directory: join(folder, "app"),
      environment: { MAIN: join(folder, "app/server.js") },
    });
  });

  it("is a problem for any other program, a shell, and none", async () => {
    const instead = 'Write CMD ["node", "…"]; --app replaces the containers of all workloads';
    const other = `the image starts the command (Dockerfile line 3), and the rehearsal starts only node by itself. ${instead}`;
    assert.deepEqual(await runnableImage(config(["python", "x.py"])), { problem: other });
    assert.deepEqual(await runnableImage(config(["bin/node"])), { problem: other });
    assert.deepEqual(await runnableImage(config(["node", "--run", "x"])), { problem: other });
    const none = `the image's Dockerfile has neither ENTRYPOINT nor CMD. ${instead}`;
    assert.deepEqual(await runnableImage(config([])), { problem: none });
  });

  it("is a problem where a step that was not performed made its file, and only then", async () => {
    const missing = config(["node", "made.js"]);
    assert.ok("file" in (await runnableImage(missing)));
    assert.deepEqual(await runnableImage({ ...missing, notPerformed: ["line 2: RUN make"] }), {
      problem:
        "the image starts made.js, which comes from a step that the rehearsal does not perform; --app replaces the containers of all workloads\n  line 2: RUN make",
    });
  });
});

describe("the variables of an image", () => {
  it("come before the pod's, with the ports of this machine, and change neither PATH nor HOME", async () => {
    const directory = mkdtempSync(join(tmpdir(), "pod-"));
    const network = await startNetwork([]);
    writeFileSync(join(directory, "ca.pem"), network.caPem);
    try {
      const template = podTemplate(
        {
          kind: "apps/v1:Deployment",
          partial: false,
          namespace: "web",
          name: "orders",
          labels: {},
          annotations: {},
          declared: "kubernetes:apps/v1:Deployment::orders",
          inputs: {
            spec: {
              template: {
                spec: {
                  containers: [
                    { name: "web", image: "x", env: [{ name: "BOTH", value: "pod" }], ports: [{ containerPort: 9464 }] },
                  ],
                },
              },
            },
          },
        },
        new KubernetesApi(),
        "",
      );
      const runnable: Runnable = {
        file: process.execPath,
        args: ["-e", "console.log(JSON.stringify(process.env))"],
        directory: tmpdir(),
        environment: {
          BOTH: "image",
          OWN: "image",
          METRICS: "9464",
          OTHER: "9465",
          PATH: "/image",
          HOME: "/image",
          HOST: "0.0.0.0",
        },
      };
      const options = { directory, network, issuer: undefined, caFile: join(directory, "ca.pem") };
      const pod = await startContainer({ template, admission: { kind: "unchanged" }, index: 0, runnable, path: "" }, options);
      await pod.process.ended;
      const seen = z.record(z.string(), z.string()).parse(JSON.parse(pod.process.output));
      const { BOTH, OWN, METRICS, OTHER, PATH, HOME, HOST } = seen;
      assert.deepEqual(
        { BOTH, OWN, OTHER, PATH, HOME, HOST },
        { BOTH: "pod", OWN: "image", OTHER: "9465", PATH: "", HOME: join(directory, "web/orders-0"), HOST: "127.0.0.1" },
      );
      assert.equal(METRICS, new URL(pod.url).port);
    } finally {
      await network.close();
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
