/** Has the page's requests answered by its service worker. */

/** A first installation on a slow line takes seconds. */
const PATIENCE_MS = 30_000;

/**
 * Resolves when the service worker answers this page. On a first visit it has to be installed. A hard reload, with Shift, leaves
 * it out of the page until it claims that again: `wasLeftOut`. Rejects with words for people.
 */
export async function takenUp() {
  const { serviceWorker } = navigator;
  if (!serviceWorker) {
    throw new Error(
      "The simulation of X runs in a service worker, which this browser does not have here. " +
        "Browsers have them at addresses with https: and on this machine; some have none in private windows.",
    );
  }
  const url = new URL("service-worker.js", document.baseURI).href;
  const isTaken = () => serviceWorker.controller?.scriptURL === url;
  if (isTaken()) return { wasLeftOut: false };

  const known = await serviceWorker.getRegistration();
  const taken = new Promise((resolve) => {
    serviceWorker.addEventListener("controllerchange", () => isTaken() && resolve(undefined));
  });
  await Promise.race([Promise.all([claim(url), taken]), tooLate()]);
  return { wasLeftOut: known?.active?.scriptURL === url };
}

/** @param {string} url of the worker, which is to claim this page */
async function claim(url) {
  const { serviceWorker } = navigator;
  try {
    await serviceWorker.register(url);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`The simulation of X could not be started: ${words}`, { cause });
  }
  const { active } = await serviceWorker.ready;
  active?.postMessage("claim");
}

/** @returns {Promise<never>} */
function tooLate() {
  return new Promise((_, reject) => {
    const words = "The simulation of X did not take up this page. Close the site's other tabs, and reload.";
    setTimeout(() => reject(new Error(words)), PATIENCE_MS);
  });
}
