const X = "https://api.x.com/2/media/upload";

/** @param {string} accessToken @param {Blob} file */
export async function upload(accessToken, file) {
  const authorization = `Bearer ${accessToken}`;
  const json = { authorization, "content-type": "application/json" };
  const begun = await fetch(`${X}/initialize`, {
    method: "POST",
    headers: json,
    body: JSON.stringify({ total_bytes: file.size, media_type: file.type, media_category: "tweet_video" }),
  });
  const { id } = (await begun.json()).data;

  for (let index = 0, start = 0; start < file.size; index++, start += 1_000_000) {
    const body = new FormData();
    body.set("segment_index", String(index));
    body.set("media", file.slice(start, start + 1_000_000));
    await fetch(`${X}/${id}/append`, { method: "POST", headers: { authorization }, body });
  }

  let answer = await fetch(`${X}/${id}/finalize`, { method: "POST", headers: json, body: "{}" });
  let info = (await answer.json()).data?.processing_info;
  while (info?.state === "pending" || info?.state === "in_progress") {
    await new Promise((resolve) => setTimeout(resolve, info.check_after_secs * 1000));
    answer = await fetch(`${X}?command=STATUS&media_id=${id}`, { headers: { authorization } });
    info = (await answer.json()).data?.processing_info;
  }
  return id;
}
