// The prompter: what only the host can answer, in rows with their reason; what is running out; who
// wants to buy. textContent only. The owner's browser is known by its cookie; a phone by the token
// after the # of its link, which never reaches a server log.

import { follow } from "/static/overlay/follow.js";
import { element } from "/static/widget/blocks.js";
import { calls } from "/static/prompter/calls.js";
import { rows } from "/static/prompter/rows.js";
import { strips } from "/static/prompter/strips.js";

const COUNTS = [["answered", "已回答"], ["merged", "合并"], ["handed_over", "转主播"], ["pending", "处理中"]];
const TROUBLE = 6000;

const room = decodeURIComponent(location.pathname.split("/")[2]);
const token = location.hash.slice(1);
const path = `/rooms/${encodeURIComponent(room)}`;
const socketPath = `/ws${path}/host${token ? `?token=${encodeURIComponent(token)}` : ""}`;
const byId = (id) => document.getElementById(id);

let hiding = 0;
function trouble(text, good = false) {
  byId("trouble").textContent = text;
  byId("trouble").classList.toggle("good", good);
  byId("trouble").hidden = !text;
  clearTimeout(hiding);
  hiding = setTimeout(() => trouble(""), TROUBLE);
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

const list = rows({
  list: byId("items"),
  calm: byId("calm"),
  more: byId("more"),
  calls: calls(`/api${path}`, token),
  // Only the owner writes answers: a phone with a link puts the question into the inbox.
  owner: !token,
  trouble,
});
const { shelf, buyers } = strips(byId);

const MESSAGES = { prompt: list.prompt, counts, shelf, buyers };

async function refused() {
  // A WebSocket does not say why it was refused: ask where the answer can be read.
  const response = await fetch(socketPath).catch(() => null);
  byId("refused").hidden = response?.status !== 401;
}

// Ages are reckoned by the server's clock: a phone's may be minutes off.
async function setClock() {
  const response = await fetch(location.pathname, { method: "HEAD" }).catch(() => null);
  const said = Date.parse(response?.headers.get("Date") ?? "");
  if (Number.isFinite(said)) list.skew(said - Date.now());
}

follow(socketPath, {
  message: (message) => Object.hasOwn(MESSAGES, message.type) && MESSAGES[message.type](message),
  state: (online) => {
    byId("line").textContent = online ? `${room} · 实时` : "连接中断，正在重连…";
    byId("line").classList.toggle("online", online);
    document.body.classList.toggle("offline", !online);
    if (!online) return refused();
    byId("refused").hidden = true;
    return setClock();
  },
});
