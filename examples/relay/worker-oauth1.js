import { initSync } from "x-media-upload";
import { createRelay } from "x-media-upload/relay";
import module from "x-media-upload/x-media-upload.wasm";
import { authorize } from "./authorize-oauth1.js";

initSync(module);

export default { fetch: createRelay({ authorize }) };
