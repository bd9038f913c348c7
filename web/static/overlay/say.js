// What the room says by itself: one plate at the top, apart from the answers at the bottom; the
// newest takes the place of the one before. textContent only, as everywhere.

import { product } from "/static/overlay/cards.js";
import { element } from "/static/widget/blocks.js";

const TITLES = { welcome: "欢迎", switch: "正在讲解", low_stock: "库存提醒", scripts: "小提示", digest: "大家都在问" };
const SHORTEST = 9000;
const PER_CHARACTER = 120;
const LONGEST = 24000;
const FADE = 420;

let shown = null;
let last = "";

const BLOCKS = {
  text: (block) => element("p", "said", block.text),
  product_card: (block) => product(block, { stock: true }),
};

function leave(plate) {
  plate.classList.add("leaving");
  setTimeout(() => plate.remove(), FADE);
  if (shown === plate) shown = null;
}

export function say({ id, kind, blocks }) {
  // A page that connects again is told once more what was said just before.
  if (id === last) return;
  last = id;
  const plate = element("section", `say ${TITLES[kind] ? kind : "other"}`);
  plate.setAttribute("aria-live", "polite");
  if (TITLES[kind]) plate.append(element("p", "label", TITLES[kind]));
  for (const block of blocks) {
    if (!block.private && BLOCKS[block.type]) plate.append(BLOCKS[block.type](block));
  }
  if (shown) leave(shown);
  shown = plate;
  document.body.append(plate);
  setTimeout(() => leave(plate), Math.min(SHORTEST + plate.textContent.length * PER_CHARACTER, LONGEST));
}
