// From an error's text to the likely mistakes. Pure: who reads files and asks stacks is diagnosis/.
export { isPipeline, likelyMistakes } from "./explain/likely";
export type { Field, Presented } from "./explain/presented";
export { type Recognised, type RecognisedError, Recogniser, recognise } from "./explain/recognise";
