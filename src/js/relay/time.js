// Nobody is waited for without end.

/**
 * What `work` gives; its signal is aborted after so long, or with `outer`.
 * @template T
 * @param {number} ms
 * @param {AbortSignal} outer
 * @param {Error} late what to throw when the time is over
 * @param {(signal: AbortSignal) => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function within(ms, outer, late, work) {
  outer.throwIfAborted();
  const controller = new AbortController();
  const abort = () => controller.abort();
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    abort();
  }, ms);
  outer.addEventListener("abort", abort);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw isLate ? late : error;
  } finally {
    // Not AbortSignal.any(): what that holds, it holds until the timer has fired.
    clearTimeout(timer);
    outer.removeEventListener("abort", abort);
  }
}
