// The overlay for OBS: public answers as they come, gone again after a while. textContent only;
// it sends nothing, and connects again by itself with growing pauses.

import { element, picture, price } from "/static/widget/blocks.js";
import { follow } from "/static/overlay/follow.js";
import { say } from "/static/overlay/say.js";

const SHOWN = 3;
const SHORTEST = 8000;
const PER_CHARACTER = 120;
const LONGEST = 20000;
const FADE = 420;

const room = decodeURIComponent(location.pathname.split("/")[2]);
const answers = document.getElementById("answers");
const seen = new Map();

function product(block) {
  const card = element("article", "product");
  const facts = element("div", "facts");
  if (block.link_no) facts.append(element("span", "link", `${block.link_no}号链接`));
  facts.append(element("h2", "", block.title));
  if (block.reason) facts.append(element("p", "reason", block.reason));
  facts.append(price(block));
  card.append(picture(block.image_url, block.title, "picture"), facts);
  return card;
}

// A kind of block that this page does not know is not shown: it may be newer than the page.
const BLOCKS = {
  text: (block) => element("p", "said", block.text),
  product_card: product,
};

function leave(card) {
  card.classList.add("leaving");
  setTimeout(() => card.remove(), FADE);
}

function show({ id, askers, blocks }) {
  if (seen.has(id)) return;
  const card = element("section", "answer");
  const names = element("p", "askers", askers);
  card.append(names);
  for (const block of blocks) {
    if (!block.private && BLOCKS[block.type]) card.append(BLOCKS[block.type](block));
  }
  seen.set(id, names);
  if (seen.size > 200) seen.delete(seen.keys().next().value);
  answers.append(card);
  const present = answers.querySelectorAll(".answer:not(.leaving)");
  for (const old of [...present].slice(0, -SHOWN)) leave(old);
  const readable = SHORTEST + card.textContent.length * PER_CHARACTER;
  setTimeout(() => leave(card), Math.min(readable, LONGEST));
}

function rename({ id, askers }) {
  const names = seen.get(id);
  if (names) names.textContent = askers;
}

const MESSAGES = { answer: show, askers: rename, say };

follow(`/ws/rooms/${encodeURIComponent(room)}/overlay`, {
  message: (message) => MESSAGES[message.type]?.(message),
  state: (online) => {
    // OBS shows the page as it is: a lost line must not become part of the picture.
    document.documentElement.dataset.line = online ? "online" : "offline";
  },
});
