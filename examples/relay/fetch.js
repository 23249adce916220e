import { createRelay } from "x-media-upload/relay";
import { authorize } from "./authorize.js";

export default { fetch: createRelay({ authorize }) };
