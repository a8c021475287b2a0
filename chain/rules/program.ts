// What a rehearsal cannot see in a program that is not ours, and what such a program makes of values that are not there.
import type { Rule } from "./rule";

export const PROGRAM_RULES = {
  WI060: {
    title: "For every federated credential of a ServiceAccount a pod was rehearsed",
    code: "Unexplained",
    cause: "The pods come from a Helm chart, a kustomization or a cluster that the rehearsal does not know.",
    fix: "Nothing of your program need be wrong: declare the pods in it, give the cluster's program with --reference, or check them after pulumi up.",
    source: "https://helm.sh/docs/topics/charts/",
  },
  WI061: {
    title: "No text is made of a value that is not there",
    code: "Unexplained",
    cause: "An output is used that the resource does not have, or a whole object stands where one of its properties was meant.",
    fix: "Name the property that holds the value: JavaScript writes undefined or [object Object] into the text without a word.",
    source: "https://www.pulumi.com/docs/iac/concepts/inputs-outputs/apply/",
  },
} as const satisfies Record<string, Rule>;
