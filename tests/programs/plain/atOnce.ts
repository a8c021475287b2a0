// What ends the plain program before it has loaded anything large.
import * as pulumi from "@pulumi/pulumi";

const defect = new pulumi.Config().require("defect");
if (defect === "throws") throw new Error("the program has a defect");
if (defect === "user-mistake") throw new pulumi.RunError('config key replicas must be a number, got "many"');
if (defect === "exits") process.exit(3);
