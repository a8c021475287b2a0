// What this machine needs: the Pulumi CLI, Node.js, what signs in to the cluster, and Docker where it builds.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { z } from "zod";
import { findEngine, isEngine } from "../../../rehearsal/engine/findEngine";
import type { Check, Context } from "../check";
import { byKey } from "../keys";
import { fail, type Outcome, pass, unknown } from "../outcome";
import { findProgram, output } from "../programs";

export const PULUMI: Check = {
  id: "pulumi",
  asks: "whether there is a Pulumi CLI, of the version that requiredPulumiVersion in Pulumi.yaml asks for",
  rights: [],
  source: "https://www.pulumi.com/docs/iac/concepts/projects/project-file/",
  run({ project, env }) {
    const engine = findEngine({ project, env: { ...env } });
    if (isEngine(engine)) return [pass(`${engine.version}, ${engine.path}`)];
    return [fail(engine.what, engine.fix)];
  },
};

const manifestShape = z.looseObject({
  version: z.string().optional(),
  engines: z.looseObject({ node: z.string().optional() }).optional(),
});

export const NODE: Check = {
  id: "node",
  asks: "whether the Node.js on PATH, with which Pulumi runs the program, is of the version that engines asks for, in package.json and in that of the @pulumi/pulumi that the program loads",
  rights: [],
  source: "https://docs.npmjs.com/cli/configuring-npm/package-json#engines",
  async run({ project, env }) {
    const file = findProgram("node", env);
    const fix = "install Node.js: https://nodejs.org/";
    if (file === undefined) return [fail("there is no node on PATH", fix)];
    const found = await output(file, ["--version"], env);
    if ("problem" in found) return [fail(`${file} --version: ${found.problem}`, fix)];
    const version = found.text.trim().replace(/^v/, "");
    const asked = askedFor(project);
    const tooOld = asked.filter(({ oldest }) => oldest !== undefined && isOlder(version, oldest));
    if (tooOld.length > 0) return [fail(`${file} is ${version}, and ${said(tooOld)}`, fix)];
    const open = asked.filter(({ oldest }) => oldest === undefined);
    if (open.length > 0) return [unknown(`${version}, and ${said(open)}: not decided here, where only >= is`)];
    return [pass(`${version}; ${asked.length === 0 ? "nothing asks for a version" : said(asked)}`)];
  },
};

interface Asked {
  /** Whose package.json it stands in. */
  readonly by: string;
  readonly range: string;
  /** Undefined where the range is none of ">=". */
  readonly oldest: string | undefined;
}

const said = (asked: readonly Asked[]) => asked.map(({ by, range }) => `${by} asks for ${range}`).join(", ");

function askedFor(project: string): readonly Asked[] {
  const own = manifestIn(() => join(project, "package.json"));
  // The copy that the program itself loads.
  const pulumi = manifestIn(() => createRequire(join(project, "index.js")).resolve("@pulumi/pulumi/package.json"));
  return [
    { by: "package.json", range: own?.engines?.node },
    { by: `@pulumi/pulumi ${pulumi?.version ?? ""}`.trim(), range: pulumi?.engines?.node },
  ].flatMap(({ by, range }) =>
    range === undefined ? [] : [{ by, range, oldest: /^>=\s*(\d+(?:\.\d+){0,2})$/.exec(range.trim())?.[1] }],
  );
}

function manifestIn(file: () => string): z.infer<typeof manifestShape> | undefined {
  try {
    return manifestShape.parse(JSON.parse(readFileSync(file(), "utf8")));
  } catch {
    // A folder above may hold it, and packages may not be installed yet: then nothing is asked for here.
    return undefined;
  }
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}

const PAGES: Readonly<Record<string, string>> = {
  kubelogin: "install it: az aks install-cli, or https://azure.github.io/kubelogin/install.html",
};

export const KUBECONFIG_PROGRAM: Check = {
  id: "kubelogin",
  asks: "whether the program that the stack's kubeconfig signs in with (kubelogin) is on PATH",
  rights: [],
  source: "https://azure.github.io/kubelogin/",
  run({ plan, env, files }: Context): readonly Outcome[] {
    return plan.kubeconfigs.flatMap(({ command }) => {
      if (command === undefined) return [];
      const file = findProgram(command, env);
      if (file !== undefined) return [pass(`${command}: ${file}`)];
      const other = byKey(files, "clusterAccess", "; or pulumi config set clusterAccess admin", "");
      return [
        fail(
          `the stack signs in to its cluster with ${command}, which is not on PATH`,
          `${PAGES[command] ?? "install it"}${other}`,
        ),
      ];
    });
  },
};

export const DOCKER: Check = {
  id: "docker",
  asks: "whether Docker answers, where the stack builds with it",
  rights: [],
  source: "https://docs.docker.com/reference/cli/docker/version/",
  async run({ plan, env, files }) {
    if (!plan.builds.docker) return [];
    const file = findProgram("docker", env);
    const other = byKey(files, "imageBuilder", "; or pulumi config set imageBuilder acr, which needs none", "");
    const fix = `install Docker and start it${other}`;
    if (file === undefined) return [fail("the stack builds an image with Docker, and there is no docker on PATH", fix)];
    const found = await output(file, ["version", "--format", "{{.Server.Version}}"], env);
    return ["problem" in found ? fail(`docker version: ${found.problem}`, fix) : pass(`server ${found.text.trim()}`)];
  },
};
