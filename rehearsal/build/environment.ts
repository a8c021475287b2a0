// Which of an image's variables a performed step sees.

/** They are this build's own. */
const OWN: readonly string[] = ["PATH", "HOME", "TMPDIR"];
/** Variables by which Node, its libraries or the loader read and write files before the step's program has a say. */
const READ_EARLY = /^(NODE_(?!ENV$)|(LD|DYLD|OPENSSL|SSL)_|npm_config_)/i;
/** An absolute path, one that climbs, or what could hide one: it would be this machine's, not the image's. */
const LEADS_OUT = /(?<![\w.@-])\/|(^|\s)-\w\/|\.\.|file:|[\\%]/;

export interface StepVariables {
  readonly kept: Readonly<Record<string, string>>;
  /** Names of variables whose value would lead to files of this machine. */
  readonly leftOut: readonly string[];
}

export function stepVariables(variables: Iterable<readonly [string, string]>): StepVariables {
  const others = new Map([...variables].filter(([name]) => !OWN.includes(name)));
  const leftOut = [...others].filter(([name, value]) => READ_EARLY.test(name) && LEADS_OUT.test(value)).map(([name]) => name);
  return { kept: Object.fromEntries([...others].filter(([name]) => !leftOut.includes(name))), leftOut };
}
