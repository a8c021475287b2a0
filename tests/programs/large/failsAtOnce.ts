// Fails while Pulumi's server of hooks is starting: after one turn of the event loop.
import * as pulumi from "@pulumi/pulumi";

const hook = new pulumi.ResourceHook("hook", () => {});
const input = new Promise<string>((_, reject) => {
  setTimeout(() => reject(new pulumi.RunError("no input")), 1);
});
new pulumi.Stash("stash", { input }, { hooks: { beforeCreate: [hook] } });
