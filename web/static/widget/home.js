// The cards that the chat opens with, and the taps on them: chosen by the server for this viewer.

async function post(path, body) {
  const options = { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(path, options).catch(() => null);
  return response?.ok ? response.json() : null;
}

// {title, replies} or null where there is nothing to show; a shop that fails shows no error here.
export async function homeCards(session, sku) {
  const found = await post("/api/recommendations", { session, sku });
  return found?.replies.length ? found : null;
}

// A recommended card was tapped; whether that is counted changes nothing for the viewer.
export function tell(session, shown) {
  post("/api/recommendations/click", { session, shown });
}
