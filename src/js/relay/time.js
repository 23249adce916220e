// Nobody is waited for without end.

/**
 * What `work` gives; its signal is aborted after so long, or with `outer`. What it is given besides begins that time anew.
 * @template T
 * @param {number} ms
 * @param {AbortSignal} outer
 * @param {Error} late what to throw when the time is over
 * @param {(signal: AbortSignal, again: () => void) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(ms, outer, late, work) {
  outer.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort();
  let isLate = false;
  const begin = () =>
    setTimeout(() => {
      isLate = true;
      abort();
    }, ms);
  let timer = begin();
  const again = () => {
    clearTimeout(timer);
    timer = begin();
  };
  outer.addEventListener("abort", abort);
  try {
    return await work(controller.signal, again);
  } catch (error) {
    throw isLate ? late : error;
  } finally {
    // Not AbortSignal.any(): what that holds, it holds until the timer has fired.
    clearTimeout(timer);
    outer.removeEventListener("abort", abort);
  }
}
