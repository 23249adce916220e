/** The client in a page, through a relay on Node. The other runtimes are in tests/full/. */

import { openBench } from "../support/bench.js";
import { testPageThroughRelay } from "../support/relay-page.js";
import { RUNTIMES } from "../support/runtimes.js";

testPageThroughRelay(openBench(), { Node: RUNTIMES.Node });
