"use client";

import { useState } from "react";
import { upload } from "../upload.js";

export default function Page() {
  const [id, setId] = useState("");
  return (
    <>
      <label>
        File <input type="file" onChange={async ({ target }) => setId(await upload(target.files[0]))} />
      </label>
      <output aria-label="media_id_string">{id}</output>
    </>
  );
}
