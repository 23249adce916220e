/** OAuth 2.0 with PKCE, for an app of the type Native App: it has an id, and no secret. */

const CLIENT_ID = "of your app at X";
const SCOPE = "tweet.read tweet.write users.read media.write offline.access";

/** Asks the user, in a window of X. */
export async function signIn() {
  const redirect_uri = chrome.identity.getRedirectURL(); // your app at X must have it among its callback URLs
  const [state, code_verifier] = [random(), random()];
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(code_verifier));
  const asked = { response_type: "code", client_id: CLIENT_ID, redirect_uri, scope: SCOPE, state };
  const proof = { code_challenge: base64url(digest), code_challenge_method: "S256" };
  const url = `https://x.com/i/oauth2/authorize?${new URLSearchParams({ ...asked, ...proof })}`;
  const answer = await chrome.identity.launchWebAuthFlow({ url, interactive: true });
  const { searchParams } = new URL(answer ?? "");
  if (searchParams.get("state") !== state) throw new Error("X has answered another sign-in");
  const code = searchParams.get("code") ?? "";
  await tokens({ grant_type: "authorization_code", code, redirect_uri, code_verifier });
}

/**
 * The client's `accessToken`. X takes a refresh token once, so there is one refresh at a time.
 * @param {{ refresh: boolean }} ask
 * @returns {Promise<string>}
 */
export function accessToken({ refresh }) {
  return navigator.locks.request("tokens", async () => {
    /** @type {{ known?: any }} */
    const { known } = await chrome.storage.local.get("known");
    if (!known) throw new Error("Nobody is signed in");
    const next = refresh ? await tokens({ grant_type: "refresh_token", refresh_token: known.refresh_token }) : known;
    return next.access_token;
  });
}

/** Stored before they are used: the refresh token that was sent is spent. @param {Record<string, string>} grant */
async function tokens(grant) {
  const body = new URLSearchParams({ ...grant, client_id: CLIENT_ID });
  const response = await fetch("https://api.x.com/2/oauth2/token", { method: "POST", body });
  if (!response.ok) throw new Error(`X gives no token: HTTP ${response.status}`);
  const known = await response.json();
  await chrome.storage.local.set({ known });
  return known;
}

const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)).buffer);

/** @param {ArrayBuffer} bytes */
function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
