import { deepStrictEqual, match, strictEqual } from "node:assert";
import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { APP } from "./appProcess";

const DIGEST = `sha256:${"a1".repeat(32)}`;
const OTHER_DIGEST = `sha256:${"b2".repeat(32)}`;
const REPOSITORY = "library/node";

describe("npm run pin-base", () => {
  let registry: Server;
  let host: string;
  let folder: string;
  let dockerfile: string;
  /** What the registry does with a request that has signed in, or has no need to. */
  let answer: (response: ServerResponse) => void;
  let asked: string[];

  before(async () => {
    registry = createServer((request, response) => serve(request, response)).listen(0, "127.0.0.1");
    await once(registry, "listening");
    host = `127.0.0.1:${z.object({ port: z.number() }).parse(registry.address()).port}`;
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "pin-"));
    dockerfile = join(folder, "Dockerfile");
    answer = (response) => response.setHeader("docker-content-digest", DIGEST).end();
    asked = [];
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  after(() => registry.close());

  /** As Docker Hub: a public image needs a token that is given to everybody. */
  function serve(request: IncomingMessage, response: ServerResponse): void {
    const url = new URL(request.url ?? "", `http://${host}`);
    asked.push(`${request.method} ${url.pathname}${url.search}`);
    if (url.pathname === "/token") response.end('{"token":"for everybody"}');
    else if (request.headers.authorization === "Bearer for everybody") answer(response);
    else {
      const challenge = `Bearer realm="http://${host}/token",service="registry",scope="repository:${REPOSITORY}:pull"`;
      response.writeHead(401, { "www-authenticate": challenge }).end();
    }
  }

  interface Pinning {
    readonly code: number | null;
    readonly stdout: string;
    readonly stderr: string;
    readonly text: string;
  }
  function pin(text: string, script = join(APP, "pin-base.mjs"), env: Readonly<Record<string, string>> = {}): Promise<Pinning> {
    writeFileSync(dockerfile, text);
    const args = script.startsWith(APP) ? [script, dockerfile] : [script];
    return new Promise((resolve) => {
      const child = execFile(process.execPath, args, { env }, (_, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr, text: readFileSync(dockerfile, "utf8") }),
      );
    });
  }
  /** npm, called from the folder of the Dockerfile. */
  function npm(args: readonly string[]): Promise<Omit<Pinning, "text">> {
    const { PATH = "", INIT_CWD: _, ...env } = process.env;
    const command = ["--prefix", APP, ...args];
    return new Promise((resolve) => {
      const child = execFile("npm", command, { cwd: folder, env: { ...env, PATH } }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode, stdout, stderr }),
      );
    });
  }
  const two = (image: string) =>
    `# FROM in a comment:1\nFROM --platform=linux/amd64 ${image} AS base\nfrom ${image}\nFROM base AS build\nFROM scratch\nCOPY --from=build a b:1\n`;

  it("writes the digest of a tag behind it in every line that starts from it, and leaves all else", async () => {
    const image = `${host}/${REPOSITORY}:24.21.0-slim`;
    const pinned = `${image}@${DIGEST}`;
    deepStrictEqual(await pin(two(image)), { code: 0, stdout: `written: ${pinned}\n`, stderr: "", text: two(pinned) });
    const manifest = `HEAD /v2/${REPOSITORY}/manifests/24.21.0-slim`;
    const scope = encodeURIComponent(`repository:${REPOSITORY}:pull`);
    deepStrictEqual(asked, [manifest, `GET /token?service=registry&scope=${scope}`, manifest]);
  });

  it("changes nothing a second time, and follows a tag that was pushed again", async () => {
    const image = `${host}/${REPOSITORY}:24.21.0-slim`;
    const pinned = two(`${image}@${DIGEST}`);
    deepStrictEqual(await pin(pinned), { code: 0, stdout: `has ${image}@${DIGEST}\n`, stderr: "", text: pinned });
    answer = (response) => response.setHeader("docker-content-digest", OTHER_DIGEST).end();
    strictEqual((await pin(pinned)).text, two(`${image}@${OTHER_DIGEST}`));
  });

  const refusals: readonly (readonly [what: string, answer: (response: ServerResponse) => void, message: string])[] = [
    ["has no such tag", (response) => response.writeHead(404).end(), "answered 404"],
    ["has too many questions", (response) => response.writeHead(429).end(), "answered 429"],
    ["gives no digest", (response) => response.end(), 'answered with no SHA-256 digest, but ""'],
    [
      "gives what is no digest",
      (response) => response.setHeader("docker-content-digest", "sha256:1 AS x").end(),
      'answered with no SHA-256 digest, but "sha256:1 AS x"',
    ],
  ];
  for (const [what, given, message] of refusals)
    it(`says in one line that the registry ${what}, and changes nothing`, async () => {
      answer = given;
      const text = two(`${host}/${REPOSITORY}:24`);
      deepStrictEqual(await pin(text), {
        code: 1,
        stdout: "",
        stderr: `${dockerfile} stays as it is: http://${host}/v2/${REPOSITORY}/manifests/24 ${message}.\n`,
        text,
      });
    });

  it("asks Docker Hub for the application's own base, and says in one line that it cannot be reached", async () => {
    const script = join(folder, "pin-base.mjs");
    copyFileSync(join(APP, "pin-base.mjs"), script);
    const text = readFileSync(join(APP, "Dockerfile"), "utf8");
    // A proxy that lets nobody through stands for a machine without the internet.
    const { promise: tunnel, resolve } = Promise.withResolvers<string>();
    const proxy = createServer().listen(0, "127.0.0.1");
    proxy.on("connect", ({ url }, socket) => {
      resolve(url ?? "");
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
    });
    await once(proxy, "listening");
    const { port } = z.object({ port: z.number() }).parse(proxy.address());
    const {
      code,
      stderr,
      text: after,
    } = await pin(text, script, {
      NODE_USE_ENV_PROXY: "1",
      HTTPS_PROXY: `http://127.0.0.1:${port}`,
    });
    proxy.close();
    strictEqual(await tunnel, "registry-1.docker.io:443");
    deepStrictEqual([code, after], [1, text]);
    match(
      stderr,
      /^\S+Dockerfile stays as it is: https:\/\/registry-1\.docker\.io\/v2\/library\/node\/manifests\/\S+ cannot be reached \([^\n]+\): this needs the internet\.\n$/,
    );
  });

  it("refuses a Dockerfile in which no tag can be looked up", async () => {
    const { code, stderr } = await pin("FROM scratch\nFROM node\n");
    deepStrictEqual([code, asked], [1, []]);
    strictEqual(stderr, `${dockerfile} stays as it is: no FROM names an image with a tag.\n`);
  });

  it("says that it follows no variables, and pins what it can", async () => {
    const variables = `ARG BASE=node:24\nFROM \${BASE}\nFROM --platform=$BUILDPLATFORM $BASE:1 AS a\n`;
    const note = [`\${BASE}`, "$BASE:1"]
      .map((image) => `not pinned: FROM ${image}, because variables are not followed\n`)
      .join("");
    deepStrictEqual(await pin(variables), {
      code: 1,
      stdout: "",
      stderr: `${note}${dockerfile} stays as it is: no FROM names an image with a tag.\n`,
      text: variables,
    });
    deepStrictEqual(asked, []);
    const image = `${host}/${REPOSITORY}:24`;
    const pinned = `${image}@${DIGEST}`;
    const line = (name: string) => `FROM --platform=$BUILDPLATFORM ${name} AS b\n`;
    deepStrictEqual(await pin(variables + line(image)), {
      code: 0,
      stdout: `written: ${pinned}\n`,
      stderr: note,
      text: variables + line(pinned),
    });
  });

  it("finds a path that is relative to where npm was called", async () => {
    writeFileSync(dockerfile, `FROM ${host}/${REPOSITORY}:24\n`);
    const { code, stderr } = await npm(["run", "--silent", "pin-base", "--", "Dockerfile"]);
    deepStrictEqual([code, stderr], [0, ""]);
    strictEqual(readFileSync(dockerfile, "utf8"), `FROM ${host}/${REPOSITORY}:24@${DIGEST}\n`);
  });

  it("tells how it is used", async () => {
    const { code, stdout, stderr } = await npm(["run", "--silent", "pin-base", "--", "--help"]);
    deepStrictEqual([code, stderr, asked], [0, "", []]);
    match(stdout, /^npm --prefix app run pin-base \[-- PATH\]: /);
  });
});
