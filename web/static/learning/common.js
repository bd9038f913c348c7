// What the teaching pages share. textContent only, as everywhere: questions come from strangers.

export const byId = (id) => document.getElementById(id);

export function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

export function button(text, work, className = "") {
  const made = element("button", className, text);
  made.type = "button";
  made.addEventListener("click", () => work(made));
  return made;
}

export class Refused extends Error {
  constructor(status, error) {
    super(error?.message || "没有成功，请再试一次");
    this.status = status;
    this.code = error?.code;
    this.detail = error ?? {};
  }
}

export async function api(method, path, body) {
  const options = { method, headers: { Accept: "application/json" } };
  if (body instanceof Blob) options.body = body;
  else if (body !== undefined) {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(body);
  }
  let response;
  try {
    response = await fetch(path.startsWith("/") ? path : `/console/api/${path}`, options);
  } catch {
    throw new Refused(0, { message: "连不上服务，请检查网络后再试" });
  }
  if (response.status === 401) location.reload();
  const said = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, said.error);
  return said;
}

let hiding = 0;
export function toast(text) {
  const place = byId("toast");
  place.textContent = text;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => { place.hidden = true; }, 4000);
}

// Runs what a button does: disabled meanwhile, a refusal told.
export async function doing(pressed, work) {
  pressed.disabled = true;
  try {
    return await work();
  } catch (error) {
    toast(error.message);
    return undefined;
  } finally {
    pressed.disabled = false;
  }
}

export function badge(count) {
  const place = byId("open");
  place.textContent = count > 99 ? "99+" : String(count);
  place.hidden = !count;
}

export function when(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleString("zh-CN", { timeZone: "Asia/Shanghai", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

export function later(work, wait) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(work, wait);
  };
}
