// A small application of made-up packages, built by the application's own build: what the bundle may hold can be wrong here.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { APP } from "./appProcess";

/** `sha512-` and 64 bytes of zeros, as npm writes it. */
const INTEGRITY = `sha512-${Buffer.alloc(64).toString("base64")}`;

export interface OwnPackage {
  readonly name: string;
  readonly version?: string;
  readonly licence?: string;
  readonly repository?: string;
  readonly code?: string;
  /** What is in its folder besides its package.json and its code, by name. */
  readonly files?: Readonly<Record<string, string>>;
  /** What package-lock.json has of it, over what is right. */
  readonly locked?: Readonly<Record<string, unknown>>;
}

export interface Build {
  readonly code: number;
  readonly stderr: string;
  /** Contents of dist/ by name. */
  readonly dist: Readonly<Record<string, string>>;
}

/** Builds an application that is this `code` and has these packages installed. */
export async function buildWith(code: string, packages: readonly OwnPackage[]): Promise<Build> {
  const root = mkdtempSync(join(tmpdir(), "bundle-"));
  const write = (path: string, content: string | object) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content));
  };
  try {
    for (const part of ["build.mjs", "inventory"]) cpSync(join(APP, part), join(root, part), { recursive: true });
    write("package.json", { name: "own", version: "7.0.0", license: "ISC", description: "An own application" });
    write("src/server.ts", code);
    const locked = packages.map(({ name, version = "1.0.0", locked }) => [
      `node_modules/${name}`,
      { version, integrity: INTEGRITY, ...locked },
    ]);
    write("package-lock.json", { packages: Object.fromEntries(locked) });
    for (const { name, version = "1.0.0", licence = "MIT", repository, code: own = "", files = {} } of packages) {
      const manifest = { name, version, license: licence, repository, main: "main.js", sideEffects: own !== "" };
      write(`node_modules/${name}/package.json`, manifest);
      write(`node_modules/${name}/main.js`, own || "export const nothing = 0;");
      for (const [file, content] of Object.entries(files)) write(`node_modules/${name}/${file}`, content);
    }
    symlinkSync(join(APP, "node_modules", "esbuild"), join(root, "node_modules", "esbuild"));
    const { status, stderr } = await run(join(root, "build.mjs"));
    const names = status === 0 ? readdirSync(join(root, "dist")).sort() : [];
    const dist = names.map((name) => [name, readFileSync(join(root, "dist", name), "utf8")]);
    return { code: status, stderr, dist: Object.fromEntries(dist) };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function run(script: string): Promise<{ readonly status: number; readonly stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [script], { env: { PATH: "" } }, (_, _stdout, stderr) =>
      resolve({ status: child.exitCode ?? -1, stderr }),
    );
  });
}
