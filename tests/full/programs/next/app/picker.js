"use client";

import { useEffect, useState } from "react";
import init, { MediaClient } from "x-media-upload";
import { indexedDbStore } from "x-media-upload/stores";

const store = indexedDbStore();

/** Rendered on the server first, where nothing of the package is used, and then in the browser. */
export function Picker() {
  const [client, setClient] = useState();
  useEffect(() => {
    init().then(() => setClient(new MediaClient({ api: "2", baseUrl: "/x", accessToken: "token" })));
  }, []);
  const choose = ({ target }) => client.upload(target.files[0], { store });
  return <input type="file" aria-label="File" disabled={!client} onChange={choose} />;
}
