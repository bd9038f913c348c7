// The prompter: what only the host can answer, grouped, with how many ask and for how long.
// textContent only. The owner's browser is known by its cookie; a phone by the token after the #
// of its link, which never reaches a server log.

import { follow } from "/static/overlay/follow.js";

const COUNTS = [["answered", "已回答"], ["merged", "合并"], ["handed_over", "转主播"], ["pending", "处理中"]];
const AGE_EVERY = 5000;

const room = decodeURIComponent(location.pathname.split("/")[2]);
const token = location.hash.slice(1);
const path = `/rooms/${encodeURIComponent(room)}`;
const byId = (id) => document.getElementById(id);

function element(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text) made.textContent = text;
  return made;
}

function age(iso) {
  const seconds = Math.max(0, Math.round((Date.now() - new Date(iso)) / 1000));
  if (seconds < 60) return `${seconds}秒前`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}分钟前`;
  return `${Math.floor(seconds / 3600)}小时前`;
}

function trouble(text) {
  byId("trouble").textContent = text;
  byId("trouble").hidden = !text;
}

async function close(item, how, card) {
  const buttons = card.querySelectorAll("button");
  buttons.forEach((button) => (button.disabled = true));
  const headers = { "Content-Type": "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  try {
    for (const pk of item.pks) {
      const body = JSON.stringify({ how });
      const response = await fetch(`/api${path}/handoffs/${pk}`, { method: "POST", headers, body });
      if (!response.ok) throw new Error(String(response.status));
    }
    trouble("");
    card.remove();
    byId("calm").hidden = byId("items").childElementCount > 0;
  } catch {
    buttons.forEach((button) => (button.disabled = false));
    trouble("没有保存成功，请再点一次");
  }
}

function row(item) {
  const card = element("li", `item ${item.reason}`);
  const head = element("p", "head");
  const opened = element("time", "age", age(item.opened_at));
  opened.dateTime = item.opened_at;
  head.append(element("strong", "", `${item.label} · ${item.count}人`), opened);
  card.append(head, element("p", "text", item.text));
  const others = item.texts.filter((text) => text !== item.text);
  if (others.length) card.append(element("p", "more", `还有：${others.join("；")}`));
  const about = [item.names.map((name) => `@${name}`).join(" "), item.sku].filter(Boolean);
  if (about.length) card.append(element("p", "names", about.join(" · ")));
  const buttons = element("div", "buttons");
  for (const [how, label] of [["done", "已回答"], ["skip", "跳过"]]) {
    const button = element("button", how, label);
    button.type = "button";
    button.addEventListener("click", () => close(item, how, card));
    buttons.append(button);
  }
  card.append(buttons);
  return card;
}

function prompt({ items }) {
  byId("items").replaceChildren(...items.map(row));
  byId("calm").hidden = items.length > 0;
}

function counts(message) {
  const tiles = COUNTS.map(([name, label]) => {
    const tile = element("div", name);
    tile.append(element("dd", "", String(message[name])), element("dt", "", label));
    return tile;
  });
  byId("counts").replaceChildren(...tiles);
  byId("interest").hidden = !message.interest;
  byId("interest").textContent = `${message.interest}次想要`;
}

const MESSAGES = { prompt, counts };

async function refused() {
  // A WebSocket does not say why it was refused: ask where the answer can be read.
  const suffix = token ? `?token=${encodeURIComponent(token)}` : "";
  const response = await fetch(`/ws${path}/host${suffix}`).catch(() => null);
  byId("refused").hidden = response?.status !== 401;
}

follow(`/ws${path}/host${token ? `?token=${encodeURIComponent(token)}` : ""}`, {
  message: (message) => MESSAGES[message.type]?.(message),
  state: (online) => {
    byId("line").textContent = online ? `${room} · 实时` : "连接中断，正在重连…";
    byId("line").classList.toggle("online", online);
    if (online) byId("refused").hidden = true;
    else refused();
  },
});

setInterval(() => {
  for (const opened of document.querySelectorAll("time.age")) opened.textContent = age(opened.dateTime);
}, AGE_EVERY);
