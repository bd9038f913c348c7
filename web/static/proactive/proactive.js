// 主动话术: what the room says by itself. Settings are saved one kind at a time, each under the
// version that was on this page; the log follows the room's own feed.

import { api, badge, byId, doing, element, toast, when } from "/static/learning/common.js";
import { follow } from "/static/overlay/follow.js";
import { kindPanel } from "./kind.js";
import { scriptList } from "./scripts.js";

const LOGGED = 60;
let room = new URLSearchParams(location.search).get("room") ?? "";

const base = () => `/api/rooms/${encodeURIComponent(room)}`;
const look = async (body) => (await api("POST", `${base()}/proactive/preview`, body)).previews[0];

function logRow(message) {
  const made = element("li", `card ${message.state}`);
  const head = element("p", "entry-head");
  head.append(element("span", "state", message.state === "said" ? "说了" : "没说"), element("span", "", message.title), element("time", "", when(message.at)));
  if (message.label) head.append(element("span", "", message.label));
  made.append(head, element("p", "log-text", message.text));
  return made;
}

function showLine(show) {
  byId("show").textContent = show ? `${when(show.started_at)} 开播，现在第 ${show.minute} 分钟` : "还没开播：有人发言或换品就算开播，也可以点右边的按钮。";
}

function silent() {
  byId("silent").hidden = byId("log").children.length > 0;
}

const kindDesk = {
  save: async (kind, draft) => {
    try {
      await api("PUT", `${base()}/proactive/${kind}`, draft);
    } catch (error) {
      if (error.code === "changed_meanwhile" && error.detail.current) {
        await load();
        conflict(error.detail.current);
      }
      throw error;
    }
    toast("已保存，马上生效");
    await load(kind);
  },
  look: (kind, text) => look({ kind, text }),
  sayNow: (kind) => api("POST", `${base()}/proactive/${kind}/say`, {}),
};

const scriptDesk = {
  save: async (script, draft) => {
    if (script.pk === null) await api("POST", `${base()}/scripts`, draft);
    else await api("PUT", `${base()}/scripts/${script.pk}`, draft);
    await load();
  },
  remove: async (script) => {
    await api("DELETE", `${base()}/scripts/${script.pk}?version=${script.version}`);
    toast("已删除");
    await load();
  },
  look: (text) => look({ kind: "scripts", text }),
  lookAt: (script) => look({ kind: "scripts", script: script.pk }),
  sayNow: (script) => api("POST", `${base()}/scripts/${script.pk}/say`, {}),
  reread: () => load(),
};

// Text that is being written in other panels is not thrown away by a save in this one.
function typed() {
  const kept = new Map();
  for (const panel of document.querySelectorAll(".kind")) {
    const area = panel.querySelector("textarea");
    if (area && area.value !== area.dataset.saved) kept.set(panel.dataset.kind, area.value);
  }
  return kept;
}

function showKinds(kinds, scripts) {
  const first = ["limits"];
  const ordered = [...kinds.filter((one) => first.includes(one.kind)), ...kinds.filter((one) => !first.includes(one.kind))];
  const place = (one) => `${one.closest(".kind").dataset.kind}/${one.className}`;
  const opened = new Set([...document.querySelectorAll(".kind > details[open]")].map(place));
  const panels = ordered.map((setting) => {
    const extra = setting.kind === "scripts" ? scriptList(scripts, setting.variables, scriptDesk) : null;
    return kindPanel(setting, kindDesk, extra);
  });
  byId("kinds").replaceChildren(...panels);
  for (const details of document.querySelectorAll(".kind > details")) details.open = opened.has(place(details));
}

// What the other page has saved is told beside what was written here; the next save decides.
function conflict(current) {
  const panel = document.querySelector(`.kind[data-kind="${current.kind}"]`);
  const said = current.has_text ? `，话术是「${current.text}」` : "";
  panel.querySelector(".wrong").textContent = `刚在别的页面改过，没有覆盖：现在${current.on ? "开着" : "关着"}${said}。您写的还在框里，确认后再按保存。`;
}

async function load(saved = "") {
  const found = await api("GET", `${base()}/proactive`);
  const unsaved = typed();
  unsaved.delete(saved);
  showLine(found.show);
  showKinds(found.kinds, found.scripts);
  for (const panel of document.querySelectorAll(".kind")) {
    const area = panel.querySelector(":scope > textarea");
    if (!area) continue;
    area.dataset.saved = area.value;
    const setting = found.kinds.find((one) => one.kind === panel.dataset.kind);
    if (unsaved.has(setting.kind) && unsaved.get(setting.kind) !== setting.text) area.value = unsaved.get(setting.kind);
  }
  byId("log").replaceChildren(...found.log.map(logRow));
  silent();
  tell(unsaved);
}

// Kinds that are on tell by themselves what they would say, and why they do not say it now.
async function tell(unsaved) {
  const { previews } = await api("POST", `${base()}/proactive/preview`, {}).catch(() => ({ previews: [] }));
  for (const found of previews) {
    const panel = document.querySelector(`.kind[data-kind="${found.kind}"]`);
    if (panel && found.kind !== "scripts" && !unsaved.has(found.kind)) panel.tell(found);
  }
}

async function start() {
  const { rooms } = await api("GET", "/console/rooms");
  if (!rooms.length) { byId("nothing").hidden = false; return; }
  if (!rooms.includes(room)) room = rooms[0];
  byId("room").replaceChildren(...rooms.map((name) => new Option(name, name, false, name === room)));
  byId("room").addEventListener("change", () => { location.search = `?room=${encodeURIComponent(byId("room").value)}`; });
  await load();
  follow(`/ws${base().slice(4)}/host`, {
    message: (message) => {
      if (message.type !== "proactive") return;
      byId("log").prepend(logRow(message.message));
      while (byId("log").children.length > LOGGED) byId("log").lastChild.remove();
      silent();
    },
    state: () => {},
  });
}

byId("begin").addEventListener("click", (event) => doing(event.target, async () => {
  showLine((await api("POST", `${base()}/proactive/show`, {})).show);
  toast("本场从现在算起");
}));
start().catch((error) => toast(error.message));
api("GET", "inbox").then((inbox) => badge(inbox.open)).catch(() => {});
