/** What config.js is on the site: X is simulated in a service worker of the visitor's browser, so no server has to. */

import { config as demo } from "../demo/config.js";
import { takenUp } from "./register.js";

const WHERE = "A simulation of X answers inside this browser. Nothing that you choose leaves your device.";

export const config = Object.freeze({
  ...demo,
  async where() {
    const { wasLeftOut } = await takenUp();
    return wasLeftOut ? `This page was reloaded past its service worker, and is connected to it again. ${WHERE}` : WHERE;
  },
});
