// The overlay for OBS: public answers as they come, gone again after a while. It sends nothing and
// connects again by itself. MESSAGES says what is done with each kind of message; a new kind of
// card is one line there and a function in cards.js.
//
// Address: ?x=left|center|right &y=top|bottom &scale=0.5…3 &most=1…5 &hold=0.5…3

import { answer } from "/static/overlay/cards.js";
import { follow } from "/static/overlay/follow.js";
import { say } from "/static/overlay/say.js";
import { stage } from "/static/overlay/stage.js";

const REMEMBERED = 200;

const room = decodeURIComponent(location.pathname.split("/")[2]);
const asked = new URLSearchParams(location.search);

function number(name, least, most, otherwise) {
  const value = Number.parseFloat(asked.get(name) ?? "");
  return Number.isFinite(value) ? Math.min(Math.max(value, least), most) : otherwise;
}

function oneOf(name, known) {
  return known.includes(asked.get(name)) ? asked.get(name) : known[0];
}

document.documentElement.style.setProperty("--scale", String(number("scale", 0.5, 3, 1)));
document.body.dataset.x = oneOf("x", ["left", "center", "right"]);
document.body.dataset.y = oneOf("y", ["bottom", "top"]);
const cards = stage(document.getElementById("answers"), {
  most: Math.round(number("most", 1, 5, 3)),
  hold: number("hold", 0.5, 3, 1),
});

const seen = new Map();

// A card that was shown, or waits, is not shown again: after a reconnection the server tells of
// the last ones once more.
function once(id, make) {
  if (seen.has(id)) return;
  const made = make();
  seen.set(id, made);
  if (seen.size > REMEMBERED) seen.delete(seen.keys().next().value);
  cards.show(made);
}

const MESSAGES = {
  answer: (message) => once(message.id, () => ({ ...answer(message), weight: message.count ?? 1 })),
  askers: ({ id, askers }) => seen.get(id)?.rename(askers),
  say,
};

follow(`/ws/rooms/${encodeURIComponent(room)}/overlay`, {
  message: (message) => Object.hasOwn(MESSAGES, message.type) && MESSAGES[message.type](message),
  state: (online) => {
    // OBS shows the page as it is: a lost line must not become part of the picture.
    document.documentElement.dataset.line = online ? "online" : "offline";
  },
});
