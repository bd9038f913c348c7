// What an answer looks like over the picture. textContent only: names and texts come from
// strangers. A long answer ends at the end of a sentence; a picture is not a page to scroll.

import { element, picture, price } from "/static/widget/blocks.js";

const LONGEST = 84;
const TEXTS = 3;
const PRODUCTS = 2;
const STOPS = ["。！？；\n!?;", "，、, "];

export function cut(text, most = LONGEST) {
  const characters = [...text];
  if (characters.length <= most) return text;
  const head = characters.slice(0, most);
  for (const stops of STOPS) {
    const end = head.findLastIndex ? head.findLastIndex((one) => stops.includes(one)) : -1;
    if (end >= most / 2) return `${head.slice(0, end).join("")}……`;
  }
  return `${head.join("")}……`;
}

export function product(block, { stock = false } = {}) {
  const card = element("article", "product");
  const facts = element("div", "facts");
  if (block.link_no) facts.append(element("span", "link", `${block.link_no}号链接`));
  facts.append(element("h2", "", block.title));
  if (block.reason) facts.append(element("p", "reason", block.reason));
  const money = price(block);
  if (stock && block.stock > 0) money.append(element("span", "stock", `库存 ${block.stock} 件`));
  facts.append(money);
  card.append(picture(block.image_url, block.title, "picture"), facts);
  return card;
}

// A kind of block that this page does not know is not shown: it may be newer than the page.
const BLOCKS = {
  text: { most: TEXTS, make: (block) => element("p", "said", cut(block.text)) },
  product_card: { most: PRODUCTS, make: (block) => product(block), more: (count) => element("p", "rest", `还有${count}款，看购物袋`) },
};

// {askers, blocks} → {card, rename(askers)}
export function answer({ askers, blocks }) {
  const card = element("section", "answer");
  const names = element("p", "askers", askers);
  card.append(names);
  const shown = {};
  for (const block of blocks) {
    const kind = Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type] : null;
    if (block.private || !kind) continue;
    shown[block.type] = (shown[block.type] ?? 0) + 1;
    if (shown[block.type] <= kind.most) card.append(kind.make(block));
  }
  for (const [type, count] of Object.entries(shown)) {
    const { most, more } = BLOCKS[type];
    if (more && count > most) card.append(more(count - most));
  }
  return { card, rename: (line) => (names.textContent = line) };
}
