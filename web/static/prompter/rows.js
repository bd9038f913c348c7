// The rows that wait for the host. They must not move under a finger: numbers and ages change in
// place, but rows come, go and change places only while nobody has touched the page for a moment,
// and a tap that falls into the moment after a move counts for nothing. A row that was tapped
// keeps its place for some seconds, with a button that takes the tap back.

import { element } from "/static/widget/blocks.js";

const CALM = 2500;
const APART = 4000;
const SETTLE = 450;
const UNDO = 7000;
const CLOSED = { done: "已完成", skip: "已跳过" };

function age(milliseconds) {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds}秒`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}分钟`;
  if (seconds < 86400) return `${Math.floor(seconds / 3600)}小时`;
  return `${Math.floor(seconds / 86400)}天`;
}

function productName(item) {
  const { product } = item;
  if (!product) return item.sku ?? "";
  return product.link_no ? `${product.link_no}号链接 ${product.title}` : product.title;
}

export function rows({ list, calm, more, calls, owner, trouble }) {
  const cards = new Map();
  const gone = new Set();
  let wanted = [];
  let beyond = 0;
  let skew = 0;
  let touched = -CALM;
  let moved = -APART;

  const now = () => performance.now();
  const waited = (item) => `等了${age(Date.now() + skew - Date.parse(item.opened_at))}`;
  const left = (item) => item.pks.filter((pk) => !gone.has(pk));

  function button(className, label, work) {
    const made = element("button", className, label);
    made.type = "button";
    made.addEventListener("click", work);
    return made;
  }

  function teaching(row) {
    const { item } = row;
    if (!owner) return button("teach", "教它", () => file(row));
    const link = element("a", "teach", "教它");
    const about = new URLSearchParams({ teach: item.text });
    if (item.sku && item.reason === "unknown_fact") about.set("sku", item.sku);
    link.href = `/console/inbox#${about}`;
    link.target = "_blank";
    link.rel = "noopener";
    return link;
  }

  function build(item) {
    const row = { item, card: element("li", `item ${item.reason}`), closing: false };
    const head = element("p", "head");
    head.append(element("strong", "", item.label), element("span", "product", productName(item)));
    const others = item.texts.filter((text) => text !== item.text);
    const facts = [others.length ? `还有：${others.join("；")}` : "", item.names.map((name) => `@${name}`).join(" ")];
    row.why = element("p", "why");
    row.buttons = element("div", "buttons");
    row.buttons.append(button("done", "完成", () => close(row, "done")), button("skip", "跳过", () => close(row, "skip")), teaching(row));
    row.veil = element("div", "veil");
    row.veil.hidden = true;
    row.card.append(head, element("p", "text", item.text), element("p", "facts", facts.filter(Boolean).join(" · ")), row.why, row.buttons, row.veil);
    tell(row);
    return row;
  }

  function tell(row) {
    const { item } = row;
    const wait = element("time", "", waited(item));
    wait.dateTime = item.opened_at;
    row.why.replaceChildren(...item.why.map((word) => element("span", "", word)), wait);
  }

  async function file(row) {
    const pressed = row.card.querySelector(".teach");
    pressed.disabled = true;
    try {
      await calls.teach(left(row.item)[0]);
      pressed.textContent = "已记下";
      trouble("已放进「待学习」，店主在控制台写好答案就学会了", true);
    } catch (error) {
      pressed.disabled = false;
      trouble(error.message);
    }
  }

  async function close(row, how) {
    const pks = left(row.item);
    row.closing = true;
    pks.forEach((pk) => gone.add(pk));
    const undo = button("undo", "撤销", () => reopen(row, pks));
    row.veil.replaceChildren(element("p", "", `${CLOSED[how]}：${row.item.text}`), undo);
    row.veil.hidden = false;
    row.buttons.inert = true;
    row.timer = setTimeout(() => forget(row), UNDO);
    try {
      row.saved = calls.close(pks, how);
      await row.saved;
    } catch (error) {
      back(row, pks);
      trouble(error.message);
    }
  }

  async function reopen(row, pks) {
    clearTimeout(row.timer);
    row.veil.querySelector(".undo").disabled = true;
    try {
      // Not before the server has heard of what is taken back.
      await row.saved;
      await calls.close(pks, "open");
      back(row, pks);
    } catch (error) {
      forget(row);
      trouble(error.message);
    }
  }

  function back(row, pks) {
    clearTimeout(row.timer);
    pks.forEach((pk) => gone.delete(pk));
    row.closing = false;
    row.veil.hidden = true;
    row.veil.replaceChildren();
    row.buttons.inert = false;
    // Its place may have been given away while it was thought to be done.
    if (!wanted.some((item) => item.key === row.item.key)) wanted.push(row.item);
  }

  function forget(row) {
    row.closing = false;
    row.leaving = true;
  }

  // The order of the server, with the rows that were just tapped where they are.
  function arrange() {
    const due = wanted.filter((item) => left(item).length && !cards.get(item.key)?.leaving);
    const keys = new Set(due.map((item) => item.key));
    for (const [key, row] of cards) {
      if (row.closing || (keys.has(key) && !row.leaving)) continue;
      row.card.remove();
      cards.delete(key);
    }
    const closing = new Set([...cards.values()].filter((row) => row.closing).map((row) => row.card));
    const held = [...[...list.children].entries()].filter(([, card]) => closing.has(card));
    const order = [];
    for (const item of due) {
      const known = cards.get(item.key);
      if (known?.closing) continue;
      if (!known || known.item.text !== item.text) cards.set(item.key, build(item));
      order.push(cards.get(item.key).card);
    }
    for (const [place, card] of held) order.splice(Math.min(place, order.length), 0, card);
    const changed = order.length !== list.childElementCount || order.some((card, place) => list.children[place] !== card);
    if (changed) {
      list.replaceChildren(...order);
      moved = now();
    }
    calm.hidden = order.length > 0;
    more.hidden = !beyond;
    more.textContent = `还有 ${beyond} 条较早或较轻的，先答完上面这些`;
  }

  function quiet() {
    return now() - touched > CALM && now() - moved > APART;
  }

  // Anything to move? Then as soon as it is quiet; into an empty page at once.
  function tick() {
    for (const row of cards.values()) {
      if (!row.closing) row.why.querySelector("time").textContent = waited(row.item);
    }
    if (quiet() || !list.childElementCount) arrange();
  }

  function prompt({ items, more: hidden }) {
    const known = new Set(items.flatMap((item) => item.pks));
    for (const pk of gone) {
      const closing = [...cards.values()].some((row) => row.closing && row.item.pks.includes(pk));
      if (!known.has(pk) && !closing) gone.delete(pk);
    }
    wanted = items;
    beyond = hidden ?? 0;
    for (const item of items) {
      const row = cards.get(item.key);
      if (!row || row.closing) continue;
      const text = row.item.text;
      row.item = { ...item, text };
      tell(row);
    }
    tick();
  }

  for (const kind of ["pointerdown", "pointermove", "touchstart", "scroll"]) {
    addEventListener(kind, () => { touched = now(); }, { passive: true, capture: true });
  }
  list.addEventListener("click", (event) => {
    if (now() - moved > SETTLE) return;
    event.stopPropagation();
    event.preventDefault();
  }, { capture: true });
  setInterval(tick, 1000);
  return { prompt, skew: (milliseconds) => { skew = milliseconds; } };
}
