// The rules of Azure workload identity as a Pulumi policy pack: pulumi preview --policy-pack <this folder>.
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

new PolicyPack("aks-workload-identity", {
  displayName: "AKS workload identity",
  description: "The chain from a pod on AKS to what it reads with its identity holds, link by link",
  provider: "azure",
  policies: policies(),
});
