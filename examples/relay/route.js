import { createRelay } from "x-media-upload/relay";
import { authorize } from "./authorize.js";

const relay = createRelay({ authorize });

export { relay as DELETE, relay as GET, relay as OPTIONS, relay as POST };
