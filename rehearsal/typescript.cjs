// `node --require` this to run TypeScript: tsx for the project's own files, Node.js itself for packages.
// tsx alone also looks through every file of a package for what it might translate, and has the source maps of all of them read: that is more
// than half of what loading Pulumi takes.
"use strict";
const Module = require("node:module");

const plain = Module._extensions[".js"];
require("tsx/cjs");
const translated = Module._extensions[".js"];
// Not before Node.js 22.14: https://nodejs.org/api/module.html#modulesetsourcemapssupportenabled-options
Module.setSourceMapsSupport?.(true, { nodeModules: false });

// Before Node.js 20.19 only tsx gives a CommonJS file what an ES module exports: https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
if (process.features.require_module)
  Module._extensions[".js"] = (module, file) => (/[\\/]node_modules[\\/]/.test(file) ? plain : translated)(module, file);
