/**
 * The connection is to be cut, which no Response can say: the handler rejects with this, and whoever
 * holds the connection cuts it. A TypeError, as a failed fetch rejects with.
 */
export class ConnectionCut extends TypeError {
  /**
   * @param {string} reason
   * @param {{ status: number, headers: Headers, body: Uint8Array }} [sent] What is to leave before:
   *   an answer whose body stops short of its content-length.
   */
  constructor(reason, sent) {
    super(`Connection cut: ${reason}`);
    this.name = "ConnectionCut";
    this.sent = sent;
  }
}
