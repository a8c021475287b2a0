// What every Pulumi TypeScript program pays before its first resource.
import * as pulumi from "@pulumi/pulumi";

export const stack = pulumi.getStack();
