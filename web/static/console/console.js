// The console's first page: a room as it happens. It reads what is decided already from the
// outcomes, then follows the room's WebSocket. textContent only, as everywhere.

const KINDS = {
  answered: "已回答",
  merged: "已合并",
  handed_over: "转主播",
  dropped: "已略过",
};
const TILES = [
  ["comments", "弹幕"],
  ["questions", "提问"],
  ...Object.entries(KINDS),
  ["pending", "处理中"],
];
const KEPT = 300;
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15000;

const byId = (id) => document.getElementById(id);
const stream = byId("stream");
const prompts = byId("prompts");
const picker = byId("room");
const hidden = new Set(["dropped"]);
const shown = new Map();
let socket = null;
let retry = 0;
let pause = FIRST_PAUSE;

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

async function read(path) {
  const response = await fetch(path, { headers: { Accept: "application/json" } });
  if (response.status === 401) location.reload();
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}

function clock(iso) {
  const at = new Date(iso);
  if (Number.isNaN(at.getTime())) return "";
  return at.toLocaleTimeString("zh-CN", { hourCycle: "h23" });
}

function row(comment, outcome) {
  const item = element("li", `entry ${outcome?.kind ?? "pending"}`);
  item.dataset.kind = outcome?.kind ?? "pending";
  item.hidden = hidden.has(item.dataset.kind);
  const head = element("div", "who");
  head.append(element("span", "name", comment.name || "观众"), element("time", "", clock(comment.ts)));
  head.append(element("span", "kind", KINDS[outcome?.kind] ?? "处理中"));
  item.append(head, element("p", "said", comment.text));
  const answer = outcome?.answer_text ?? outcome?.answer;
  if (answer) item.append(element("p", "answer", answer));
  else if (outcome?.reason) item.append(element("p", "reason", outcome.label ?? outcome.reason));
  return item;
}

function show({ comment, outcome, answer_text: answer }) {
  if (!comment) return;
  const key = comment.pk ?? comment.id;
  const made = row(comment, answer ? { ...outcome, answer_text: answer } : outcome);
  const before = shown.get(key);
  if (before) before.replaceWith(made);
  else stream.prepend(made);
  shown.set(key, made);
  while (shown.size > KEPT) {
    const [oldest, last] = shown.entries().next().value;
    last.remove();
    shown.delete(oldest);
  }
  byId("nothing").hidden = true;
}

function count(message) {
  const counts = message.counts ?? message;
  const tiles = TILES.filter(([name]) => counts[name] !== undefined).map(([name, label]) => {
    const tile = element("div", `tile ${name}`);
    tile.append(element("strong", "", String(counts[name])), element("span", "", label));
    return tile;
  });
  byId("tiles").replaceChildren(...tiles);
}

function prompt(message) {
  const items = message.items ?? message.prompts ?? [message.prompt ?? message];
  if (message.items || message.prompts) prompts.replaceChildren();
  for (const one of items) {
    const item = element("li", "prompt");
    item.append(element("p", "said", one.text ?? one.question ?? ""));
    const facts = [one.count > 1 ? `${one.count}人在问` : "", one.label ?? one.reason ?? "", clock(one.opened_at ?? one.at)];
    item.append(element("p", "reason", facts.filter(Boolean).join(" · ")));
    prompts.prepend(item);
  }
  byId("calm").hidden = prompts.childElementCount > 0;
}

const MESSAGES = { outcome: show, comment: show, counts: count, prompt, prompts: prompt };

async function catchUp(room) {
  const found = await read(`/api/rooms/${encodeURIComponent(room)}/outcomes?limit=100`);
  if (found.counts) count(found.counts);
  // Oldest first, whatever the order they come in.
  const rows = [...(found.outcomes ?? [])];
  rows.sort((a, b) => (a.comment?.pk ?? 0) - (b.comment?.pk ?? 0));
  rows.forEach(show);
}

function follow(room) {
  clearTimeout(retry);
  socket?.close();
  const url = new URL(`/ws/rooms/${encodeURIComponent(room)}/host`, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const mine = (socket = new WebSocket(url));
  mine.addEventListener("open", () => {
    pause = FIRST_PAUSE;
    state(true);
    catchUp(room).catch(console.error);
  });
  mine.addEventListener("message", (event) => {
    const message = JSON.parse(event.data);
    MESSAGES[message.type]?.(message);
  });
  mine.addEventListener("close", () => {
    if (mine !== socket) return;
    state(false);
    retry = setTimeout(() => follow(room), pause * (0.5 + Math.random()));
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  });
}

function state(online) {
  byId("line").textContent = online ? "实时" : "连接中断，正在重连…";
  byId("line").classList.toggle("online", online);
}

function choose(room) {
  history.replaceState(null, "", `?room=${encodeURIComponent(room)}`);
  byId("overlay").href = `/overlay/${encodeURIComponent(room)}`;
  byId("prompter").href = `/prompter/${encodeURIComponent(room)}`;
  shown.clear();
  stream.replaceChildren();
  prompts.replaceChildren();
  byId("nothing").hidden = false;
  byId("calm").hidden = false;
  count({});
  follow(room);
}

function filters() {
  for (const [kind, label] of Object.entries(KINDS)) {
    const toggle = element("button", `filter ${kind}`, label);
    toggle.type = "button";
    toggle.setAttribute("aria-pressed", String(!hidden.has(kind)));
    toggle.addEventListener("click", () => {
      const on = !hidden.delete(kind);
      if (on) hidden.add(kind);
      toggle.setAttribute("aria-pressed", String(!on));
      for (const item of stream.children) item.hidden = hidden.has(item.dataset.kind);
    });
    byId("filters").append(toggle);
  }
}

async function start() {
  filters();
  const { rooms } = await read("/console/rooms");
  picker.append(...rooms.map((room) => new Option(room, room)));
  picker.addEventListener("change", () => choose(picker.value));
  byId("leave").addEventListener("click", async () => {
    await fetch("/console/logout", { method: "POST" });
    location.reload();
  });
  const wanted = new URLSearchParams(location.search).get("room");
  const first = rooms.includes(wanted) ? wanted : rooms[0];
  if (!first) {
    byId("line").textContent = "还没有直播间";
    return;
  }
  picker.value = first;
  choose(first);
}

start().catch((error) => {
  console.error(error);
  byId("line").textContent = "读取失败，请刷新页面";
});
