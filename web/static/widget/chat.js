// The chat page: a conversation, a pen, and the connection between them.

import { element, render } from "./blocks.js";
import { Connection } from "./connection.js";
import { homeCards, tell } from "./home.js";
import { Memory } from "./memory.js";

const GREETING = [
  { type: "text", text: "您好，我是小播～价格、尺码、发货、优惠，都可以问我。" },
  {
    type: "quick_replies",
    items: ["有什么推荐？", "什么时候发货？", "优惠券怎么领？", "不合适能退吗？"].map((text) => ({ text })),
  },
];
const FAILED = {
  assistant_unavailable: "小助手正在启动，请稍等几秒再试",
  assistant_failed: "小助手刚才没答上来",
  too_many_messages: "您发得太快啦，等我答完再发～",
};
const FAILED_OTHERWISE = "没发出去，请再试一次";
const ONLINE = "在线 · 随时为您解答";
const OFFLINE = "连接中断，正在重连…";
const EMBEDDED = parent !== window;

const log = document.getElementById("log");
const pen = document.getElementById("pen");
const field = document.getElementById("text");
const state = document.getElementById("state");
const memory = new Memory();
const query = new URLSearchParams(location.search);
const mine = new Map();
const act = { send, draft, tapped };

const typing = element("div", "row shop typing");
typing.append(element("div", "bubble"));
typing.firstChild.append(element("i"), element("i"), element("i"));
typing.firstChild.setAttribute("aria-label", "正在输入");
typing.firstChild.setAttribute("role", "img");

const connection = new Connection(memory, query.get("sku"), {
  greeted: () => home(),
  state(online) {
    document.body.classList.toggle("online", online);
    state.textContent = online ? ONLINE : OFFLINE;
    if (!online) typing.remove();
  },
  typing: () => append(typing),
  reply(id, message) {
    settle(id);
    hear(message.replies, true, message.meta?.turn);
  },
  offer: (message) => hear(message.replies),
  failed(id, error) {
    const row = settle(id);
    if (row) fail(row, error);
  },
});

function append(row) {
  const near = log.scrollHeight - log.scrollTop - log.clientHeight < 160;
  log.append(row);
  if (near || row.classList.contains("me")) log.scrollTop = log.scrollHeight;
}

function settle(id) {
  const row = mine.get(id);
  mine.delete(id);
  row?.classList.remove("waiting");
  if (!mine.size) typing.remove();
  return row;
}

function hear(replies, remember = true, turn = "") {
  const row = element("div", "row shop");
  row.append(...render(replies, act));
  if (turn) row.append(votes(turn));
  append(row);
  if (typing.isConnected) append(typing);
  if (remember) {
    memory.add({ from: "shop", replies });
    notify({ type: "boxiaoer:unread" });
  }
}

// Whether the answer helped: the owner finds what did not in the inbox.
function votes(turn) {
  const box = element("div", "votes");
  for (const [up, sign, name] of [[true, "👍", "有用"], [false, "👎", "没用"]]) {
    const vote = element("button", "vote", sign);
    vote.type = "button";
    vote.setAttribute("aria-label", name);
    vote.addEventListener("click", async () => {
      const body = JSON.stringify({ turn, up });
      const headers = { "Content-Type": "application/json" };
      const sent = await fetch("/api/feedback", { method: "POST", headers, body }).catch(() => null);
      if (sent?.ok) box.replaceChildren(element("span", "voted", up ? "谢谢～" : "收到，会改进"));
    });
    box.append(vote);
  }
  return box;
}

// What the shop would show this viewer now, once a page: for the eyes, not for the memory.
let welcomed = false;
async function home() {
  if (welcomed) return;
  welcomed = true;
  const found = await homeCards(memory.session, query.get("sku"));
  // Whoever has begun to write is not interrupted.
  if (!found || mine.size) return;
  const row = element("div", "row shop home");
  row.append(...render([{ type: "text", text: found.title }, ...found.replies], act));
  append(row);
}

function tapped(shown) {
  tell(memory.session, shown);
}

function say(text) {
  const row = element("div", "row me");
  row.append(element("p", "bubble", text));
  append(row);
  return row;
}

function send(text) {
  const trimmed = text.trim();
  if (!trimmed) return;
  for (const chips of log.querySelectorAll(".chips")) chips.remove();
  const row = say(trimmed);
  memory.add({ from: "me", text: trimmed });
  row.classList.add("waiting");
  mine.set(connection.ask(trimmed), row);
}

function fail(row, error) {
  row.classList.add("failed");
  const again = element("button", "again", `${FAILED[error.code] ?? FAILED_OTHERWISE} · 点此重试`);
  again.type = "button";
  again.addEventListener("click", () => {
    again.remove();
    row.classList.replace("failed", "waiting");
    mine.set(connection.ask(row.querySelector(".bubble").textContent), row);
  });
  row.append(again);
  append(row);
}

function draft(text) {
  field.value = text;
  field.focus();
  fit();
}

function fit() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, 120)}px`;
  pen.classList.toggle("ready", field.value.trim() !== "");
}

function notify(message) {
  // The embedding page learns no text, only that there is something to read.
  if (EMBEDDED) parent.postMessage(message, "*");
}

function restore() {
  for (const entry of memory.talk) {
    if (entry.from === "me") say(entry.text);
    else hear(entry.replies, false);
  }
  if (!memory.talk.length) hear(GREETING, false);
  log.scrollTop = log.scrollHeight;
}

const SHOP_COMMANDS = {
  "boxiaoer:ask": (message) => send(String(message.text ?? "").slice(0, 1000)),
  // Not on a phone, where focus brings up a keyboard over the greeting.
  "boxiaoer:opened": () => matchMedia("(pointer: fine)").matches && field.focus({ preventScroll: true }),
};

pen.addEventListener("submit", (event) => {
  event.preventDefault();
  send(field.value);
  field.value = "";
  fit();
});
field.addEventListener("input", fit);
field.addEventListener("keydown", (event) => {
  // isComposing: Enter also chooses a candidate of the Chinese input method.
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    pen.requestSubmit();
  }
});
addEventListener("message", (event) => {
  if (event.source === parent && EMBEDDED) SHOP_COMMANDS[event.data?.type]?.(event.data);
});
if (EMBEDDED) {
  const close = document.getElementById("close");
  close.hidden = false;
  close.addEventListener("click", () => notify({ type: "boxiaoer:close" }));
  addEventListener("keydown", (event) => event.key === "Escape" && notify({ type: "boxiaoer:close" }));
}

fetch("/widget/products")
  .then((response) => response.json())
  .then((shelf) => {
    document.getElementById("shop").textContent = shelf.shop_name;
  })
  .catch(() => {});

restore();
connection.open();
notify({ type: "boxiaoer:ready" });
