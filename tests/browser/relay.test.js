/** A page through the relay on Node. The other runtimes have to be installed first: tests/full/relay.test.js. */

import { testRelayedPage } from "../support/relayed-page.js";
import { RUNTIMES } from "../support/runtimes.js";

testRelayedPage({ Node: RUNTIMES.Node });
