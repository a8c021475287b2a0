export * from "./codes";
export * from "./model";
export * from "./names";
export * from "./roles";
export * from "./workloadIdentity";
