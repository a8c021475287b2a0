// Diff of docker.Image: Diff and diffUpdates in provider/provider.go of https://github.com/pulumi/pulumi-docker. Everything is built anew in place, and who signs in to
// the registry does not count, because the password changes with every run.
import { type Difference, differences, type InputDiff, inputDiff } from "./differences";

type Values = Readonly<Record<string, unknown>>;

export function diffDockerImage(olds: Values, news: Values): InputDiff {
  const found = differences(olds, news).filter(({ keys }) => !isSignIn(keys));
  const tops = new Map(found.map((difference) => [difference.keys[0], top(difference)]));
  return inputDiff([...tops.values()], () => false, false);
}

function isSignIn(keys: Difference["keys"]): boolean {
  return keys[0] === "registry" && (keys[1] === "username" || keys[1] === "password");
}

/** The provider tells changes by its own inputs, not by what lies within. */
function top({ keys, ...difference }: Difference): Difference {
  const [key = "", ...others] = keys;
  return others.length === 0 ? { keys, ...difference } : { keys: [key], kind: "update", old: undefined, value: undefined };
}
