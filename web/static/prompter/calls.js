// What the host's buttons ask of the server. Each throws an Error with words for the host.

const FAILED = "没有保存成功，请再点一次";

export function calls(path, token) {
  async function post(what, body) {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    let response;
    try {
      response = await fetch(`${path}/${what}`, { method: "POST", headers, body: JSON.stringify(body) });
    } catch {
      throw new Error("连不上服务，稍后再点一次");
    }
    if (response.ok) return response.json();
    const said = await response.json().catch(() => ({}));
    throw new Error(response.status === 409 || response.status === 401 ? said.error?.message ?? FAILED : FAILED);
  }

  return {
    // how: "done", "skip", or "open" to take it back.
    close: (pks, how) => post("handoffs", { pks, how }),
    teach: (pk) => post(`handoffs/${pk}/teach`, {}),
  };
}
